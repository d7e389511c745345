data "azurerm_client_config" "current" {}

locals {
  tags = {
    project    = var.name
    managed-by = "terraform"
  }
}

resource "azurerm_resource_group" "main" {
  name     = var.name
  location = var.location
  tags     = local.tags
}
