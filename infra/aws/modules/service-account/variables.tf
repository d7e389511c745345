variable "prefix" {
  description = "What the role's name begins with."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service account."
  type        = string
}

variable "account" {
  description = "Name of the service account."
  type        = string
}

variable "oidc_provider" {
  description = "The cluster's issuer of tokens as IAM knows it; url without https://."
  type = object({
    arn = string
    url = string
  })
}

variable "policies" {
  description = "What the role may do: policies as JSON by their names."
  type        = map(string)
  default     = {}
}

variable "managed_policy_arns" {
  description = "Policies of AWS that the role has, where AWS asks for exactly them."
  type        = set(string)
  default     = []
}
