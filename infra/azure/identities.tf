# What pods may do in Azure, each service account for itself: one reads the service's login, the other one the administrator's as well.
locals {
  accounts = toset(["clients-credentials", "clients-database"])
}

resource "azurerm_user_assigned_identity" "account" {
  for_each = local.accounts

  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "account" {
  for_each = local.accounts

  name                = each.key
  resource_group_name = azurerm_resource_group.main.name
  parent_id           = azurerm_user_assigned_identity.account[each.key].id
  issuer              = azurerm_kubernetes_cluster.main.oidc_issuer_url
  subject             = "system:serviceaccount:${var.namespace}:${each.key}"
  audience            = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "service_secret" {
  for_each = local.accounts

  scope                            = azurerm_key_vault_secret.service.resource_versionless_id
  role_definition_name             = "Key Vault Secrets User"
  principal_id                     = azurerm_user_assigned_identity.account[each.key].principal_id
  skip_service_principal_aad_check = true
}

resource "azurerm_role_assignment" "administrator_secret" {
  scope                            = azurerm_key_vault_secret.administrator.resource_versionless_id
  role_definition_name             = "Key Vault Secrets User"
  principal_id                     = azurerm_user_assigned_identity.account["clients-database"].principal_id
  skip_service_principal_aad_check = true
}
