terraform {
  # Ephemeral values and write-only arguments, which keep passwords out of the state, came with 1.11.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "4.55.0"
    }

    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
  }

  # Account, container and key come with `terraform init -backend-config=backend.tfbackend`; see README.md.
  backend "azurerm" {
    use_azuread_auth = true
  }
}

provider "azurerm" {
  subscription_id     = var.subscription_id
  storage_use_azuread = true

  features {
    key_vault {
      purge_soft_delete_on_destroy = false
    }

    resource_group {
      prevent_deletion_if_contains_resources = true
    }
  }
}
