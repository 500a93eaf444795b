"""Microsoft Entra through Microsoft Graph: sign-in, the gallery app, its provisioning job, log and people."""
