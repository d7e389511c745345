variable "name" {
  description = "Name of everything that is made here, and the value of the tag `project`."
  type        = string
  default     = "relevo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name must be 3 to 20 small letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "region" {
  description = "Region of AWS, such as eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must look like eu-central-1."
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
  description = "Addresses of the cluster's network; a /16 gives each of its four subnets a /20."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.network_cidr)) && try(tonumber(split("/", var.network_cidr)[1]) >= 16 && tonumber(split("/", var.network_cidr)[1]) <= 20, false)
    error_message = "The cluster's network must be an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }
}

variable "database_network_cidr" {
  description = "Addresses of the database's network; peered networks must not overlap."
  type        = string
  default     = "10.21.0.0/24"

  validation {
    condition     = can(cidrnetmask(var.database_network_cidr)) && try(tonumber(split("/", var.database_network_cidr)[1]) >= 16 && tonumber(split("/", var.database_network_cidr)[1]) <= 26, false)
    error_message = "The database's network must be an IPv4 range from /16 to /26, such as 10.21.0.0/24."
  }

  # Two ranges overlap exactly when they are the same at the length of the shorter prefix.
  validation {
    condition = try(
      cidrhost("${split("/", var.network_cidr)[0]}/${min(split("/", var.network_cidr)[1], split("/", var.database_network_cidr)[1])}", 0)
      != cidrhost("${split("/", var.database_network_cidr)[0]}/${min(split("/", var.network_cidr)[1], split("/", var.database_network_cidr)[1])}", 0),
      false
    )
    error_message = "The database's network must not overlap with the cluster's network."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version must be a minor version such as 1.34."
  }
}

variable "api_allowed_cidrs" {
  description = "Ranges from which the cluster's API may be reached over the internet. Empty: from inside of the network only."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.api_allowed_cidrs : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 8, false)])
    error_message = "Each entry must be an IPv4 range of /8 or smaller, such as 203.0.113.7/32; the whole internet is not allowed."
  }
}

variable "admin_principal_arns" {
  description = "Roles or users of IAM that administrate the cluster."
  type        = set(string)

  validation {
    condition     = length(var.admin_principal_arns) > 0 && alltrue([for arn in var.admin_principal_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Give at least one ARN of a role or user, such as arn:aws:iam::123456789012:role/admin; without one nobody could reach the cluster."
  }
}

variable "node_instance_types" {
  description = "Types of the nodes' machines, all of the same architecture."
  type        = list(string)
  default     = ["t3.large"]

  validation {
    condition     = length(var.node_instance_types) > 0
    error_message = "Give at least one instance type."
  }
}

variable "repositories" {
  description = "Repositories of the registry."
  type        = set(string)
  default     = ["samples/clients", "relevo/jenkins-agent"]

  validation {
    condition     = alltrue([for name in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))])
    error_message = "Names of repositories are small letters and digits, separated by one of . _ / -."
  }
}

variable "database_instance_class" {
  description = "Size of the database's machine."
  type        = string
  default     = "db.t4g.small"

  validation {
    condition     = startswith(var.database_instance_class, "db.")
    error_message = "The class must begin with db., such as db.t4g.small."
  }
}

variable "database_multi_az" {
  description = "Whether the database has a standby in the other zone."
  type        = bool
  default     = true
}

variable "database_password_version" {
  description = "Raise it to give the service's database user a new password; see README.md."
  type        = number
  default     = 1

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "The version must be a whole number from 1 on."
  }
}

variable "zone_name" {
  description = "Hosted zone of Route 53 that the service's host lies in; it is not made here."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "The zone must be a domain name such as example.com, without a dot at the end."
  }
}

variable "host" {
  description = "Host under which the service is reached."
  type        = string

  validation {
    condition     = endswith(var.host, ".${var.zone_name}")
    error_message = "The host must lie in the zone, such as clients.example.com in example.com."
  }
}

variable "load_balancer_name" {
  description = "Name of the load balancer that the Ingress has made, for the record of the host. Empty before the first deploy."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[a-zA-Z0-9-]{0,32}$", var.load_balancer_name))
    error_message = "The name has at most 32 letters, digits and hyphens."
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
  default     = "aws"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.github_environment))
    error_message = "The environment is letters, digits, dots, underscores and hyphens."
  }
}
