#Requires -Modules Microsoft.Graph.Authentication, Microsoft.Graph.Applications, Microsoft.Graph.Users, Microsoft.Graph.Groups
# Provisioning to <<app>> with Microsoft Entra, made by Rollcall from a plan.
# The secret token is asked for and never written down. Run again, this changes only what differs.
[CmdletBinding()]
param([Parameter(Mandatory)][securestring]$SecretToken)
$ErrorActionPreference = 'Stop'
$token = [System.Net.NetworkCredential]::new('', $SecretToken).Password

Connect-MgGraph -Environment <<environment>><<tenant>> -NoWelcome -Scopes @(
  'Application.ReadWrite.All', 'Synchronization.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All', 'Directory.Read.All')

# In its first minute a new app answers with 404, and now and then with 401, 403 or 409.
function Invoke-Patiently([scriptblock]$Ask) {
  for ($try = 1; ; $try++) {
    try { return & $Ask } catch {
      if ($try -ge 12) { throw }
      Start-Sleep -Seconds ([Math]::Min(15, 2 * $try))
    }
  }
}

function Send-Graph([string]$Method, [string]$Uri, $Body) {
  Invoke-MgGraphRequest -Method $Method -Uri $Uri -ContentType 'application/json' -Body (
    $Body | ConvertTo-Json -Depth 60)
}

#? existing
# The enterprise app that is there
$principal = Get-MgServicePrincipal -ServicePrincipalId <<application>>
#?
#? new
# The enterprise app: the one of this name, or a new one
$name = <<name>>
$found = @(Get-MgServicePrincipal -Filter "displayName eq '$($name.Replace("'", "''"))'")
if ($found.Count -gt 1) { throw "There are $($found.Count) apps named $name." }
if ($found.Count -eq 1) { $principal = $found[0] } else {
#?
#? gallery
  $templates = @(Get-MgApplicationTemplate -Filter "displayName eq <<gallery>>")
  if ($templates.Count -ne 1) { throw "The gallery has $($templates.Count) apps of that name." }
  $template = $templates[0].Id
#?
#? non-gallery
  $template = '<<non-gallery-template>>'
#?
#? new
  $added = Invoke-MgInstantiateApplicationTemplate -ApplicationTemplateId $template -DisplayName $name
  $principal = Invoke-Patiently { Get-MgServicePrincipal -ServicePrincipalId $added.ServicePrincipal.Id }
}
#?
$sp = $principal.Id
$base = "/v1.0/servicePrincipals/$sp/synchronization"

# The kind of provisioning: the app's own, never the outdated client of 2018
$kinds = @((Invoke-Patiently { Invoke-MgGraphRequest -Method GET -Uri "$base/templates" }).value |
  Where-Object { $_.id -notlike 'customappsso*' })
$kind = @(@($kinds | Where-Object { $_.id -eq <<kind>> }) + @($kinds | Where-Object { $_.default }) + $kinds)[0]
if (-not $kind) { throw 'This app has no automatic provisioning.' }

# Microsoft's service tries the credentials before anything is saved
$credentials = @(
  @{ key = 'BaseAddress'; value = <<url>> }
  @{ key = 'SecretToken'; value = $token }
)
Invoke-Patiently {
  Send-Graph POST "$base/jobs/validateCredentials" @{
    useSavedCredentials = $false; templateId = $kind.id; credentials = $credentials }
}

# The job: the one that is there, or a new one
$job = @(Get-MgServicePrincipalSynchronizationJob -ServicePrincipalId $sp |
  Where-Object { $_.TemplateId -eq $kind.id })[0]
if (-not $job) {
  $job = Invoke-Patiently {
    New-MgServicePrincipalSynchronizationJob -ServicePrincipalId $sp -BodyParameter @{ templateId = $kind.id }
  }
}

# Credentials and settings: the set is replaced whole, so what is there and can be read is sent again
$settings = @{}
foreach ($each in @((Invoke-MgGraphRequest -Method GET -Uri "$base/secrets").value)) {
  $settings[$each.key] = $each.value
}
$settings['BaseAddress'] = <<url>>
$settings['SecretToken'] = $token
$settings['SyncNotificationSettings'] = <<notifications>>
$settings['SyncAll'] = <<sync-all>>
$masked = @($settings.Keys | Where-Object { $settings[$_] -eq '*' })
if ($masked) { throw "Saving would lose $($masked -join ', '), which cannot be read. Nothing was saved." }
Set-MgServicePrincipalSynchronizationSecret -ServicePrincipalId $sp -BodyParameter @{
  value = @($settings.Keys | ForEach-Object { @{ key = $_; value = $settings[$_] } }) }

# Mappings and scoping filters: read, kept as a file, changed in place, replaced whole
$uri = "$base/jobs/$($job.Id)/schema"
$schema = Invoke-Patiently { Invoke-MgGraphRequest -Method GET -Uri $uri }
$schema | ConvertTo-Json -Depth 60 |
  Set-Content -Encoding utf8 -Path "schema-before-$(Get-Date -Format yyyyMMdd-HHmmss).json"

function Get-Source([string]$Expression, [string]$Attribute) {
  if (-not $Expression) { return $null }
  if ($Attribute) {
    return @{ expression = $Expression; name = $Attribute; type = 'Attribute'; parameters = @() }
  }
  $parsed = Send-Graph POST "$uri/parseExpression" @{
    expression = $Expression; targetAttributeDefinition = $null; testInputObject = $null }
  if (-not $parsed.parsingSucceeded) { throw "Microsoft's service does not take $Expression" }
  return $parsed.parsedExpression
}

function Set-Rows($Mapping, $Rows, [bool]$Whole) {
  $old = @($Mapping.attributeMappings)
  $new = @(foreach ($row in $Rows) {
    $there = @($old | Where-Object { $_.targetAttributeName -eq $row.target })[0]
    if (-not $there) {
      $there = @{ targetAttributeName = $row.target; exportMissingReferences = $false
        flowBehavior = 'FlowWhenChanged'; source = $null }
    }
    if (-not $there.source -or $there.source.expression -ne $row.expression) {
      $there.source = Get-Source $row.expression $row.attribute
    }
    $there.flowType = $row.flow
    $there.matchingPriority = $row.matching
    $there.defaultValue = $row.default
    $there
  })
  if (-not $Whole) { $new += @($old | Where-Object { $Rows.target -notcontains $_.targetAttributeName }) }
  $Mapping.attributeMappings = $new
}

$userRows = @(
<<user-rows>>
)
$rule = @($schema.synchronizationRules |
  Where-Object { $_.objectMappings.sourceObjectName -contains 'User' })[0]
$people = @($rule.objectMappings | Where-Object { $_.sourceObjectName -eq 'User' })[0]
Set-Rows $people $userRows <<users-whole>>
$people.flowTypes = <<flow>>
$people.scope = <<scope>>
$groups = @($rule.objectMappings | Where-Object { $_.sourceObjectName -eq 'Group' })[0]
#? groups
$groupRows = @(
<<group-rows>>
)
if ($groups) { $groups.enabled = $true; Set-Rows $groups $groupRows <<groups-whole>> }
#?
#? no-groups
if ($groups) { $groups.enabled = $false }
#?
Send-Graph PUT $uri $schema

#? roles
# App roles: the list is replaced whole
$app = @(Get-MgApplication -Filter "appId eq '$($principal.AppId)'")[0]
$roles = @($app.AppRoles | ForEach-Object {
  @{ id = $_.Id; displayName = $_.DisplayName; description = $_.Description; value = $_.Value
    isEnabled = $_.IsEnabled; allowedMemberTypes = @($_.AllowedMemberTypes) }
})
foreach ($role in <<roles>>) {
  if ($roles.displayName -notcontains $role) {
    $roles += @{ id = [string][guid]::NewGuid(); displayName = $role; description = $role
      value = ($role -replace '\s+', '.'); isEnabled = $true; allowedMemberTypes = @('User') }
  }
}
Update-MgApplication -ApplicationId $app.Id -BodyParameter @{ appRoles = $roles }
$principal = Get-MgServicePrincipal -ServicePrincipalId $sp

#?
#? assigned
# Assignments. Groups need Microsoft Entra ID P1 or P2; only their direct members are provisioned.
$usable = @($principal.AppRoles | Where-Object { $_.IsEnabled -and $_.AllowedMemberTypes -contains 'User' })
$role = <<role>>
$roleId = if ($role) { $role.Id } else { '00000000-0000-0000-0000-000000000000' }
$there = @(Get-MgServicePrincipalAppRoleAssignedTo -ServicePrincipalId $sp -All |
  Where-Object { $_.AppRoleId -eq $roleId })
function Add-Assignment([string]$Name, $Found) {
  if (@($Found).Count -ne 1) { throw "$(@($Found).Count) found for $Name, where one was meant." }
  if ($there.PrincipalId -contains @($Found)[0].Id) { return }
  $body = @{ principalId = @($Found)[0].Id; resourceId = $sp; appRoleId = $roleId }
  $null = New-MgServicePrincipalAppRoleAssignedTo -ServicePrincipalId $sp -BodyParameter $body
}
<<assignments>>

#?
#? start
# Start, unless it runs already: starting a running job again can stop it
$job = Get-MgServicePrincipalSynchronizationJob -ServicePrincipalId $sp -SynchronizationJobId $job.Id
if ($job.Schedule.State -ne 'Active') {
  Start-MgServicePrincipalSynchronizationJob -ServicePrincipalId $sp -SynchronizationJobId $job.Id
}
#?
