output "resource_group" {
  description = "For `az ... --resource-group`."
  value       = azurerm_resource_group.main.name
}

output "registry" {
  description = "Address of the registry, for image.repository of relevo.yaml."
  value       = azurerm_container_registry.main.login_server
}

output "cluster_name" {
  description = "For `az aks get-credentials --name`."
  value       = azurerm_kubernetes_cluster.main.name
}

output "kubeconfig" {
  description = "How the cluster is reached. It holds no login: people and pipelines show a token of Entra ID."
  value       = azurerm_kubernetes_cluster.main.kube_config_raw
  sensitive   = true
}

output "vault_name" {
  description = "The key vault of the logins and of the Ingress' certificate."
  value       = azurerm_key_vault.main.name
}

output "delivery" {
  description = "Client and object id for the workflows of the repository at GitHub: the first for their login, the second for the RoleBinding."
  value = {
    for repository, identity in azurerm_user_assigned_identity.delivery :
    repository => { client_id = identity.client_id, object_id = identity.principal_id }
  }
}

output "service_accounts" {
  description = "Service accounts with their identities, for `kubectl apply --server-side -f -`."
  value = join("---\n", [
    for account, identity in azurerm_user_assigned_identity.account :
    yamlencode({
      apiVersion = "v1"
      kind       = "ServiceAccount"
      metadata = {
        name        = account
        namespace   = var.namespace
        annotations = { "azure.workload.identity/client-id" = identity.client_id }
      }
    })
  ])
}
