resource "azurerm_postgresql_flexible_server" "main" {
  name                = "${var.vault_name}-db"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  version             = "17"
  sku_name            = var.database_sku
  storage_mb          = 32768
  auto_grow_enabled   = true
  tags                = local.tags

  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.database.id
  public_network_access_enabled = false

  # What the vault holds, so that both are the same also after a run that failed halfway.
  administrator_login               = "postgresadmin"
  administrator_password_wo         = ephemeral.azurerm_key_vault_secret.administrator.value
  administrator_password_wo_version = var.database_password_version

  backup_retention_days        = 14
  geo_redundant_backup_enabled = false

  lifecycle {
    prevent_destroy = true
    # Azure chooses a zone, and changes it after a failure.
    ignore_changes = [zone]
  }

  depends_on = [
    azurerm_private_dns_zone_virtual_network_link.database,
    azurerm_subnet_network_security_group_association.database,
  ]
}

resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.main.id
  value     = "on"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls_version" {
  name      = "ssl_min_protocol_version"
  server_id = azurerm_postgresql_flexible_server.main.id
  value     = "TLSv1.2"
}
