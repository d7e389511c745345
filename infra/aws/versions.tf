terraform {
  # Write-only arguments, which keep passwords out of the state, came with 1.11; so did the lock file of the backend s3.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }

  # Bucket, key and region come with `terraform init -backend-config=backend.tfbackend`; see README.md.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project    = var.name
      managed-by = "terraform"
    }
  }
}
