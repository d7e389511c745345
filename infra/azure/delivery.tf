# Workflows at GitHub show a token of GitHub instead of a stored key. They may push images and ask for a kubeconfig; what they may
# do in the cluster, its RoleBindings say.
locals {
  delivery = var.github_repository == "" ? toset([]) : toset([var.github_repository])
}

resource "azurerm_user_assigned_identity" "delivery" {
  for_each = local.delivery

  name                = "${var.name}-delivery"
  resource_group_name = azurerm_resource_group.main.name
  location            = azurerm_resource_group.main.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "delivery" {
  for_each = local.delivery

  name                = "github"
  resource_group_name = azurerm_resource_group.main.name
  parent_id           = azurerm_user_assigned_identity.delivery[each.key].id
  issuer              = "https://token.actions.githubusercontent.com"
  subject             = "repo:${each.key}:environment:${var.github_environment}"
  audience            = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "push" {
  for_each = local.delivery

  scope                            = azurerm_container_registry.main.id
  role_definition_name             = "AcrPush"
  principal_id                     = azurerm_user_assigned_identity.delivery[each.key].principal_id
  skip_service_principal_aad_check = true
}

resource "azurerm_role_assignment" "kubeconfig" {
  for_each = local.delivery

  scope                            = azurerm_kubernetes_cluster.main.id
  role_definition_name             = "Azure Kubernetes Service Cluster User Role"
  principal_id                     = azurerm_user_assigned_identity.delivery[each.key].principal_id
  skip_service_principal_aad_check = true
}

# To find the registry and the cluster by their resource group.
resource "azurerm_role_assignment" "find" {
  for_each = local.delivery

  scope                            = azurerm_resource_group.main.id
  role_definition_name             = "Reader"
  principal_id                     = azurerm_user_assigned_identity.delivery[each.key].principal_id
  skip_service_principal_aad_check = true
}
