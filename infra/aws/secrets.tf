# The service's own login to its database. The password is made while Terraform runs and written only; it is in no state and no plan.
ephemeral "aws_secretsmanager_random_password" "service" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "service" {
  name                    = "${var.name}/${var.namespace}/clients-db"
  description             = "Login of the service clients to its database"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "service" {
  secret_id = aws_secretsmanager_secret.service.id
  secret_string_wo = jsonencode({
    host          = aws_db_instance.database.address
    port          = tostring(aws_db_instance.database.port)
    database      = "clients"
    username      = "clients"
    password      = ephemeral.aws_secretsmanager_random_password.service.random_password
    url           = "jdbc:postgresql://${aws_db_instance.database.endpoint}/clients?sslmode=require"
    administrator = aws_db_instance.database.master_user_secret[0].secret_arn
  })
  secret_string_wo_version = var.database_password_version
}
