data "aws_route53_zone" "main" {
  name         = "${var.zone_name}."
  private_zone = false
}

# The load balancer controller finds it by the host of the Ingress.
resource "aws_acm_certificate" "service" {
  domain_name       = var.host
  validation_method = "DNS"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.service.domain_validation_options : option.domain_name => option
  }

  zone_id         = data.aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "service" {
  certificate_arn         = aws_acm_certificate.service.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

# The load balancer belongs to the Ingress of the service and is there from its first deploy on.
data "aws_lb" "service" {
  count = var.load_balancer_name == "" ? 0 : 1

  name = var.load_balancer_name
}

resource "aws_route53_record" "service" {
  count = length(data.aws_lb.service)

  zone_id = data.aws_route53_zone.main.zone_id
  name    = var.host
  type    = "A"

  alias {
    name                   = data.aws_lb.service[0].dns_name
    zone_id                = data.aws_lb.service[0].zone_id
    evaluate_target_health = true
  }
}
