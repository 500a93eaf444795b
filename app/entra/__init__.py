"""Microsoft Entra through Microsoft Graph: sign-in, the gallery app, its provisioning job, its log, its people."""
