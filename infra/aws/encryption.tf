# One key for the cluster's Secrets, images, database and Secrets Manager: whoever loses it loses all of them, so it goes slowly.
resource "aws_kms_key" "main" {
  description             = "Everything of ${var.name} that rests"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "main" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.main.key_id
}
