variable "subscription_id" {
  description = "Subscription that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "The subscription must be given by its id, a UUID in small letters."
  }
}

variable "name" {
  description = "Name of everything that is made here, and the value of the tag `project`, by which ci/azure/deploy.sh finds it."
  type        = string
  default     = "relevo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name must be 3 to 20 small letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "location" {
  description = "Region of Azure, such as westeurope."
  type        = string
  default     = "westeurope"

  validation {
    condition     = can(regex("^[a-z]+[a-z0-9]*$", var.location))
    error_message = "The location must be written without spaces and in small letters, such as westeurope."
  }
}

variable "registry_name" {
  description = "Name of the registry, unique in all of Azure: NAME.azurecr.io."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]{5,50}$", var.registry_name))
    error_message = "The registry's name must be 5 to 50 small letters and digits."
  }
}

variable "vault_name" {
  description = "Name of the key vault, unique in all of Azure: NAME.vault.azure.net. The database is NAME-db."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.vault_name))
    error_message = "The vault's name must be 3 to 24 small letters, digits and hyphens, and begin with a letter."
  }
}

variable "namespace" {
  description = "Namespace of the cluster that the service is delivered into."
  type        = string
  default     = "clients"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "The namespace must be a DNS label."
  }
}

variable "network_cidr" {
  description = "Addresses of the network; a /16 gives the nodes a /20 and the database a /24."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.network_cidr)) && try(tonumber(split("/", var.network_cidr)[1]) >= 12 && tonumber(split("/", var.network_cidr)[1]) <= 18, false)
    error_message = "The network must be an IPv4 range from /12 to /18, such as 10.40.0.0/16."
  }
}

variable "pod_cidr" {
  description = "Addresses of the pods; an overlay that is seen inside of the cluster only."
  type        = string
  default     = "10.244.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.pod_cidr))
    error_message = "The pods' range must be an IPv4 range such as 10.244.0.0/16."
  }

  # Two ranges overlap exactly when they are the same at the length of the shorter prefix.
  validation {
    condition = try(
      cidrhost("${split("/", var.network_cidr)[0]}/${min(split("/", var.network_cidr)[1], split("/", var.pod_cidr)[1])}", 0)
      != cidrhost("${split("/", var.pod_cidr)[0]}/${min(split("/", var.network_cidr)[1], split("/", var.pod_cidr)[1])}", 0),
      false
    )
    error_message = "The pods' range must not overlap with the network."
  }
}

variable "service_cidr" {
  description = "Addresses of the cluster's Services."
  type        = string
  default     = "10.245.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.service_cidr)) && try(tonumber(split("/", var.service_cidr)[1]) >= 12 && tonumber(split("/", var.service_cidr)[1]) <= 24, false)
    error_message = "The Services' range must be an IPv4 range from /12 to /24, such as 10.245.0.0/16."
  }

  validation {
    condition = alltrue([
      for other in [var.network_cidr, var.pod_cidr] : try(
        cidrhost("${split("/", other)[0]}/${min(split("/", other)[1], split("/", var.service_cidr)[1])}", 0)
        != cidrhost("${split("/", var.service_cidr)[0]}/${min(split("/", other)[1], split("/", var.service_cidr)[1])}", 0),
        false
      )
    ])
    error_message = "The Services' range must overlap neither with the network nor with the pods' range."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes; patches come by themselves."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version must be a minor version such as 1.34."
  }
}

variable "allowed_cidrs" {
  description = "Ranges from which the cluster's API and the key vault may be reached: yours, and those of the machines that deliver."
  type        = list(string)

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "Give at least one IPv4 range of /8 or smaller, such as 203.0.113.7/32; the whole internet is not allowed."
  }
}

variable "admin_group_object_ids" {
  description = "Groups of Entra ID that administrate the cluster."
  type        = list(string)

  validation {
    condition     = length(var.admin_group_object_ids) > 0 && alltrue([for id in var.admin_group_object_ids : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "Give at least one object id, a UUID in small letters; without one nobody could reach the cluster."
  }
}

variable "node_size" {
  description = "Size of the nodes' machines."
  type        = string
  default     = "Standard_D2ds_v5"

  validation {
    condition     = startswith(var.node_size, "Standard_")
    error_message = "The size must begin with Standard_, such as Standard_D2ds_v5."
  }
}

variable "database_sku" {
  description = "Size of the database's machine."
  type        = string
  default     = "B_Standard_B1ms"

  validation {
    condition     = can(regex("^(B|GP|MO)_Standard_.+$", var.database_sku))
    error_message = "The size must begin with B_Standard_, GP_Standard_ or MO_Standard_."
  }
}

variable "database_password_version" {
  description = "Raise it to give administrator and service new passwords; see README.md."
  type        = number
  default     = 1

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "The version must be a whole number from 1 on."
  }
}

variable "dns_zone_id" {
  description = "Id of the DNS zone that the service's host lies in; the cluster keeps its record. Empty: the record is kept by hand."
  type        = string
  default     = ""

  validation {
    condition     = var.dns_zone_id == "" || can(regex("^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/dns[zZ]ones/[^/]+$", var.dns_zone_id))
    error_message = "The zone must be given by its id, /subscriptions/.../providers/Microsoft.Network/dnsZones/example.com."
  }
}

variable "github_repository" {
  description = "Repository at GitHub whose workflows deliver, as OWNER/NAME. Empty: none."
  type        = string
  default     = ""

  validation {
    condition     = var.github_repository == "" || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "The repository must be given as OWNER/NAME."
  }
}

variable "github_environment" {
  description = "Environment of that repository from which alone workflows may deliver."
  type        = string
  default     = "azure"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.github_environment))
    error_message = "The environment is letters, digits, dots, underscores and hyphens."
  }
}
