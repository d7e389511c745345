# A network of its own with no way to the internet, neither out nor in; only the cluster's private subnets are peered with it.
resource "aws_vpc" "database" {
  cidr_block           = var.database_network_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = "${var.name}-database" }
}

resource "aws_default_security_group" "database" {
  vpc_id = aws_vpc.database.id
}

resource "aws_subnet" "database" {
  for_each = local.database_cidrs

  vpc_id                  = aws_vpc.database.id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-database-${each.key}" }
}

resource "aws_vpc_peering_connection" "database" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.database.id
  auto_accept = true

  tags = { Name = "${var.name}-database" }
}

# The database's name leads to its private address on both sides.
resource "aws_vpc_peering_connection_options" "database" {
  vpc_peering_connection_id = aws_vpc_peering_connection.database.id

  requester {
    allow_remote_vpc_dns_resolution = true
  }

  accepter {
    allow_remote_vpc_dns_resolution = true
  }
}

resource "aws_route_table" "database" {
  vpc_id = aws_vpc.database.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_route" "to_cluster" {
  for_each = local.private_cidrs

  route_table_id            = aws_route_table.database.id
  destination_cidr_block    = each.value
  vpc_peering_connection_id = aws_vpc_peering_connection.database.id
}

resource "aws_route_table_association" "database" {
  for_each = aws_subnet.database

  subnet_id      = each.value.id
  route_table_id = aws_route_table.database.id
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "PostgreSQL, from the nodes of the cluster only"
  vpc_id      = aws_vpc.database.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "PostgreSQL from the nodes"
  referenced_security_group_id = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432

  # A group of another network can be named only once both are peered.
  depends_on = [aws_vpc_peering_connection_options.database]
}

resource "aws_db_subnet_group" "database" {
  name       = "${var.name}-database"
  subnet_ids = [for subnet in aws_subnet.database : subnet.id]
}

resource "aws_db_parameter_group" "database" {
  name   = "${var.name}-postgres17"
  family = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "password_encryption"
    value = "scram-sha-256"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "database" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "17"
  instance_class = var.database_instance_class
  multi_az       = var.database_multi_az

  storage_type          = "gp3"
  allocated_storage     = 20
  max_allocated_storage = 100
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.main.arn

  db_subnet_group_name   = aws_db_subnet_group.database.name
  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.database.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  # RDS makes the password, keeps it in Secrets Manager and rotates it. Terraform never sees it.
  username                      = "administrator"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.main.key_id

  backup_retention_period         = 14
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.name}-final"
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
}
