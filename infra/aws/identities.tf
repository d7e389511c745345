# What pods may do in AWS, each service account for itself.
data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_iam_openid_connect_provider" "cluster" {
  url            = aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  regional  = "arn:${data.aws_partition.current.partition}:%s:${var.region}:${data.aws_caller_identity.current.account_id}"
  ec2       = format(local.regional, "ec2")
  balancing = format(local.regional, "elasticloadbalancing")

  oidc_provider = {
    arn = aws_iam_openid_connect_provider.cluster.arn
    url = trimprefix(aws_eks_cluster.main.identity[0].oidc[0].issuer, "https://")
  }
}

module "network_account" {
  source = "./modules/service-account"

  prefix              = var.name
  namespace           = "kube-system"
  account             = "aws-node"
  oidc_provider       = local.oidc_provider
  managed_policy_arns = ["arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKS_CNI_Policy"]
}

# The controller's published policy without WAF, Shield, Cognito and network load balancers, and for this cluster's objects only.
data "aws_iam_policy_document" "load_balancer" {
  statement {
    sid       = "ServiceLinkedRole"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com"]
    }
  }

  # These cannot be limited to resources.
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcPeeringConnections",
      "ec2:DescribeVpcs",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeSSLPolicies",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "elasticloadbalancing:DescribeTrustStores",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "MakeSecurityGroups"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = [aws_vpc.main.arn, "${local.ec2}:security-group/*"]
  }

  statement {
    sid       = "TagNewSecurityGroups"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.ec2}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateSecurityGroup"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  statement {
    sid = "KeepOwnSecurityGroups"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["${local.ec2}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  # The way from the load balancer to the pods.
  statement {
    sid       = "OpenNodes"
    actions   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    resources = ["${local.ec2}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/kubernetes.io/cluster/${var.name}"
      values   = ["owned"]
    }
  }

  statement {
    sid = "MakeLoadBalancers"
    actions = [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
    ]
    resources = ["${local.balancing}:loadbalancer/app/*/*", "${local.balancing}:targetgroup/*/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  statement {
    sid     = "TagWhatIsMade"
    actions = ["elasticloadbalancing:AddTags"]
    resources = [
      "${local.balancing}:loadbalancer/app/*/*",
      "${local.balancing}:targetgroup/*/*",
      "${local.balancing}:listener/app/*/*/*",
      "${local.balancing}:listener-rule/app/*/*/*/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  # Listeners and rules are not told apart by tags in the published policy either.
  statement {
    sid = "Listeners"
    actions = [
      "elasticloadbalancing:AddListenerCertificates",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:RemoveListenerCertificates",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetRulePriorities",
    ]
    resources = [
      "${local.balancing}:loadbalancer/app/*/*",
      "${local.balancing}:listener/app/*/*/*",
      "${local.balancing}:listener-rule/app/*/*/*/*",
    ]
  }

  statement {
    sid = "KeepOwnLoadBalancers"
    actions = [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = ["${local.balancing}:loadbalancer/app/*/*", "${local.balancing}:targetgroup/*/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }
}

module "load_balancer_account" {
  source = "./modules/service-account"

  prefix        = var.name
  namespace     = "kube-system"
  account       = "aws-load-balancer-controller"
  oidc_provider = local.oidc_provider
  policies      = { load-balancer = data.aws_iam_policy_document.load_balancer.json }
}

data "aws_iam_policy_document" "autoscaler" {
  statement {
    sid = "Look"
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeTags",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "LookAtNodes"
    actions   = ["eks:DescribeNodegroup"]
    resources = [aws_eks_node_group.main.arn]
  }

  # EKS puts this tag on the groups of its own node groups.
  statement {
    sid       = "Scale"
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.name}"
      values   = ["owned"]
    }
  }
}

module "autoscaler_account" {
  source = "./modules/service-account"

  prefix        = var.name
  namespace     = "kube-system"
  account       = "cluster-autoscaler"
  oidc_provider = local.oidc_provider
  policies      = { autoscaler = data.aws_iam_policy_document.autoscaler.json }
}

# Asking for a login asks for no resource; what the login may pull, the second statement says.
data "aws_iam_policy_document" "registry" {
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Pull"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [for repository in aws_ecr_repository.service : repository.arn]
  }
}

module "registry_account" {
  source = "./modules/service-account"

  prefix        = var.name
  namespace     = var.namespace
  account       = "registry-credentials"
  oidc_provider = local.oidc_provider
  policies      = { registry = data.aws_iam_policy_document.registry.json }
}

# Brings the service's credentials into the namespace: one secret.
data "aws_iam_policy_document" "credentials" {
  statement {
    sid       = "Read"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.service.arn]
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.main.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}

module "credentials_account" {
  source = "./modules/service-account"

  prefix        = var.name
  namespace     = var.namespace
  account       = "clients-credentials"
  oidc_provider = local.oidc_provider
  policies      = { credentials = data.aws_iam_policy_document.credentials.json }
}

# Makes database and user: needs the administrator's login as well.
data "aws_iam_policy_document" "database" {
  source_policy_documents = [data.aws_iam_policy_document.credentials.json]

  statement {
    sid       = "ReadAdministrator"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_db_instance.database.master_user_secret[0].secret_arn]
  }
}

module "database_account" {
  source = "./modules/service-account"

  prefix        = var.name
  namespace     = var.namespace
  account       = "clients-database"
  oidc_provider = local.oidc_provider
  policies      = { database = data.aws_iam_policy_document.database.json }
}
