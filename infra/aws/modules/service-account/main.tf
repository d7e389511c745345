# A role of IAM that exactly one service account of one namespace may take.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider.url}:sub"
      values   = ["system:serviceaccount:${var.namespace}:${var.account}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.oidc_provider.url}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "account" {
  name               = "${var.prefix}-${var.account}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "account" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.account.id
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "account" {
  for_each = var.managed_policy_arns

  role       = aws_iam_role.account.name
  policy_arn = each.key
}
