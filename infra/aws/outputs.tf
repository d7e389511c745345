output "cluster_name" {
  description = "For `aws eks update-kubeconfig --name`."
  value       = aws_eks_cluster.main.name
}

output "region" {
  description = "Where everything is."
  value       = var.region
}

output "repositories" {
  description = "Addresses of the repositories, for image.repository of relevo.yaml."
  value       = { for name, repository in aws_ecr_repository.service : name => repository.repository_url }
}

output "database_address" {
  description = "Name of the database, which leads to a private address."
  value       = aws_db_instance.database.address
}

output "vpc_id" {
  description = "For the load balancer controller."
  value       = aws_vpc.main.id
}

output "certificate_arn" {
  description = "The certificate of the host, once it is valid."
  value       = aws_acm_certificate_validation.service.certificate_arn
}

output "delivery_role_arn" {
  description = "For the workflows of the repository at GitHub; empty when none was named."
  value       = one([for role in aws_iam_role.delivery : role.arn])
}

output "service_accounts" {
  description = "Service accounts with their roles, for `kubectl apply --server-side -f -`."
  value = join("---\n", [
    for account in [
      { namespace = "kube-system", name = "aws-load-balancer-controller", role = module.load_balancer_account.role_arn },
      { namespace = "kube-system", name = "cluster-autoscaler", role = module.autoscaler_account.role_arn },
      { namespace = var.namespace, name = "registry-credentials", role = module.registry_account.role_arn },
      { namespace = var.namespace, name = "clients-credentials", role = module.credentials_account.role_arn },
      { namespace = var.namespace, name = "clients-database", role = module.database_account.role_arn },
    ] :
    yamlencode({
      apiVersion = "v1"
      kind       = "ServiceAccount"
      metadata = {
        name        = account.name
        namespace   = account.namespace
        annotations = { "eks.amazonaws.com/role-arn" = account.role }
      }
    })
  ])
}
