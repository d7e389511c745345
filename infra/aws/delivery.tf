# Workflows at GitHub show a token of GitHub instead of a stored key. They may push images and reach the cluster; what they may do
# in it, the group relevo-deployers of its RoleBindings says.
locals {
  delivery = var.github_repository == "" ? toset([]) : toset([var.github_repository])
}

resource "aws_iam_openid_connect_provider" "github" {
  for_each = local.delivery

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "delivery_trust" {
  for_each = local.delivery

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github[each.key].arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${each.key}:environment:${var.github_environment}"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "delivery" {
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [for repository in aws_ecr_repository.service : repository.arn]
  }

  statement {
    sid       = "FindCluster"
    actions   = ["eks:DescribeCluster"]
    resources = [aws_eks_cluster.main.arn]
  }
}

resource "aws_iam_role" "delivery" {
  for_each = local.delivery

  name               = "${var.name}-delivery"
  assume_role_policy = data.aws_iam_policy_document.delivery_trust[each.key].json
}

resource "aws_iam_role_policy" "delivery" {
  for_each = local.delivery

  name   = "delivery"
  role   = aws_iam_role.delivery[each.key].id
  policy = data.aws_iam_policy_document.delivery.json
}

resource "aws_eks_access_entry" "delivery" {
  for_each = local.delivery

  cluster_name      = aws_eks_cluster.main.name
  principal_arn     = aws_iam_role.delivery[each.key].arn
  kubernetes_groups = ["relevo-deployers"]
  type              = "STANDARD"
}
