resource "azurerm_key_vault" "main" {
  name                       = var.vault_name
  resource_group_name        = azurerm_resource_group.main.name
  location                   = azurerm_resource_group.main.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  purge_protection_enabled   = true
  soft_delete_retention_days = 30
  tags                       = local.tags

  network_acls {
    default_action             = "Deny"
    bypass                     = "AzureServices"
    ip_rules                   = var.allowed_cidrs
    virtual_network_subnet_ids = [azurerm_subnet.nodes.id]
  }
}

# Whoever runs Terraform writes the secrets below.
resource "azurerm_role_assignment" "vault_writer" {
  scope                = azurerm_key_vault.main.id
  role_definition_name = "Key Vault Secrets Officer"
  principal_id         = data.azurerm_client_config.current.object_id
}

# The certificate of the Ingress, which is put into the vault by hand.
resource "azurerm_role_assignment" "ingress_certificate" {
  scope                            = azurerm_key_vault.main.id
  role_definition_name             = "Key Vault Certificate User"
  principal_id                     = azurerm_kubernetes_cluster.main.web_app_routing[0].web_app_routing_identity[0].object_id
  skip_service_principal_aad_check = true
}

# Passwords are made while Terraform runs and written only; they are in no state and no plan.
ephemeral "random_password" "administrator" {
  length      = 40
  special     = false
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
}

ephemeral "random_password" "service" {
  length  = 40
  special = false
}

resource "azurerm_key_vault_secret" "administrator" {
  name             = "postgresql-administrator"
  key_vault_id     = azurerm_key_vault.main.id
  value_wo         = ephemeral.random_password.administrator.result
  value_wo_version = var.database_password_version
  content_type     = "password"
  tags             = local.tags

  depends_on = [azurerm_role_assignment.vault_writer]
}

ephemeral "azurerm_key_vault_secret" "administrator" {
  name         = azurerm_key_vault_secret.administrator.name
  key_vault_id = azurerm_key_vault_secret.administrator.key_vault_id
}

resource "azurerm_key_vault_secret" "service" {
  name         = "clients-db"
  key_vault_id = azurerm_key_vault.main.id
  value_wo = jsonencode({
    host          = azurerm_postgresql_flexible_server.main.fqdn
    port          = "5432"
    database      = "clients"
    username      = "clients"
    password      = ephemeral.random_password.service.result
    url           = "jdbc:postgresql://${azurerm_postgresql_flexible_server.main.fqdn}:5432/clients?sslmode=require"
    administrator = azurerm_postgresql_flexible_server.main.administrator_login
  })
  value_wo_version = var.database_password_version
  content_type     = "application/json"
  tags             = local.tags

  depends_on = [azurerm_role_assignment.vault_writer]
}
