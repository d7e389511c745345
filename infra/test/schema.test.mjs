import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getReferencesInExpression } from '@cdktf/hcl2json';
import { complaints } from './lib/check.mjs';
import { Configuration } from './lib/configuration.mjs';
import { expressions } from './lib/expressions.mjs';
import { Provider } from './lib/schema.mjs';
import { AZURE, AWS, MODULES, SERVICE_ACCOUNT } from './lib/roots.mjs';

for (const [name, configuration] of Object.entries({ aws: AWS, azure: AZURE, 'the module service-account': SERVICE_ACCOUNT })) {
  test(`${name} asks its providers for nothing that they do not know, and refers to nothing that is not there`, async () => {
    assert.deepEqual(await complaints(configuration, MODULES), []);
  });

  test(`${name} pins Terraform and the very versions of the providers whose schemas it is held to`, () => {
    const { required_version: version, required_providers: [providers] } = configuration.settings;
    assert.match(version, /^>= 1\.11\.0, < 2\.0\.0$/);
    for (const [provider, { source, version: pinned }] of Object.entries(providers)) {
      assert.equal(source, Provider.of(provider).source);
      assert.equal(pinned, Provider.of(provider).version);
    }
    const used = new Set([...configuration.objects.values()].map(({ type }) => type.split('_')[0]));
    assert.deepEqual([...used].sort(), Object.keys(providers).sort());
  });

  test(`${name} describes every variable and output, and uses every variable, local and data source`, () => {
    for (const [declared, { body }] of [...configuration.variables, ...configuration.outputs]) {
      assert.ok(body.description?.length > 10, `${declared} has no description`);
    }
    const text = JSON.stringify([
      [...configuration.objects], [...configuration.modules], [...configuration.outputs], [...configuration.locals], [...configuration.providers],
    ]);
    const declared = [
      ...[...configuration.variables.keys()].map(variable => `var.${variable}`),
      ...[...configuration.locals.keys()].map(local => `local.${local}`),
      ...[...configuration.objects.values()].filter(({ mode }) => mode !== 'resource').map(({ address }) => address),
    ];
    assert.deepEqual(declared.filter(reference => !new RegExp(`${reference.replaceAll('.', '\\.')}\\b`).test(text)), []);
  });
}

/** Attributes that a provider knows when it plans. */
const PLANNED = ['aws_acm_certificate.service.domain_validation_options'];

for (const [name, configuration] of Object.entries({ aws: AWS, azure: AZURE })) {
  test(`${name} knows before its first apply how often everything is made`, async () => {
    for (const { address, body } of configuration.objects.values()) {
      for (const expression of [body.count, body.for_each].flatMap(expressions)) {
        for (const { value } of await getReferencesInExpression('expression.tf', `\${${expression}}`)) {
          const whole = value.split('.').length === (value.startsWith('data.') ? 3 : 2);
          assert.ok(whole || PLANNED.includes(value), `${address} is made as often as ${value} says`);
        }
      }
    }
  });
}

test('a module is told by the keys of maps and sets how often something is made, as values may come late', () => {
  for (const { address, body } of SERVICE_ACCOUNT.objects.values()) {
    assert.ok(!('count' in body), address);
  }
});

async function wrong(text, modules) {
  return complaints(await Configuration.of({ 'a.tf': text }), modules);
}

test('a misspelt type is found', async () => {
  assert.deepEqual(await wrong('resource "aws_vcp" "main" {}'), ['a.tf: aws_vcp.main: the provider has no resource of type aws_vcp']);
});

test('a misspelt argument is found, also in a block and in a dynamic block', async () => {
  assert.deepEqual(
    await wrong(`
      resource "aws_launch_template" "main" {
        name_prefx = "a"
        metadata_options { http_token = "required" }
        dynamic "block_device_mappings" {
          for_each = ["/dev/xvda"]
          content { device = block_device_mappings.value }
        }
      }`),
    [
      'a.tf: aws_launch_template.main: block_device_mappings: there is no argument device',
      'a.tf: aws_launch_template.main: metadata_options: there is no argument http_token',
      'a.tf: aws_launch_template.main: there is no argument name_prefx',
    ],
  );
});

test('a missing required argument is found, also in a block, and a missing required block', async () => {
  assert.deepEqual(
    await wrong(`
      resource "aws_eks_cluster" "main" {
        name = "a"
        encryption_config {
          resources = ["secrets"]
        }
      }`),
    [
      'a.tf: aws_eks_cluster.main: encryption_config: provider is required',
      'a.tf: aws_eks_cluster.main: role_arn is required',
      'a.tf: aws_eks_cluster.main: vpc_config is required',
    ],
  );
});

test('what can only be read cannot be set', async () => {
  assert.deepEqual(await wrong('resource "aws_kms_key" "main" {\n arn = "a"\n}'), ['a.tf: aws_kms_key.main: arn can only be read']);
});

test('an argument where a block belongs is found', async () => {
  assert.deepEqual(await wrong('resource "azurerm_key_vault" "main" {\n name = "a"\n location = "b"\n resource_group_name = "c"\n sku_name = "d"\n tenant_id = "e"\n network_acls = { bypass = "None" }\n}'), [
    'a.tf: azurerm_key_vault.main: network_acls is a block',
  ]);
});

test('references to what is not there are found', async () => {
  assert.deepEqual(
    await wrong(`
      variable "name" {}
      locals { both = "\${var.name}-\${var.nmae}-\${local.neither}" }
      resource "aws_eip" "main" { domain = data.aws_region.here.name }
      output "address" { value = aws_eip.mian.public_ip }
      output "role" { value = module.none.arn }
    `),
    [
      'a.tf: aws_eip.main: there is no data.aws_region.here',
      'a.tf: output.address: there is no aws_eip.mian',
      'a.tf: output.role: there is no module.none.arn',
      'a.tf: local.both: there is no var.nmae',
      'a.tf: local.both: there is no local.neither',
    ],
  );
});

test('references to attributes that a resource has not are found, through blocks, indexes and loops', async () => {
  const found = await wrong(`
    resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
    resource "aws_subnet" "each" {
      for_each   = toset(["10.0.0.0/24"])
      vpc_id     = aws_vpc.main.identifier
      cidr_block = each.value
    }
    data "aws_eks_cluster" "main" { name = "a" }
    output "issuer" { value = data.aws_eks_cluster.main.identity[0].oidc[0].isuer }
    output "all" { value = [for subnet in aws_subnet.each : subnet.idd] }
    output "one" { value = aws_subnet.each["10.0.0.0/24"].idd }
    output "without" { value = aws_subnet.each.id }
    output "with" { value = aws_vpc.main[0].id }
  `);
  assert.deepEqual(
    found.map(line => line.replace(/^a\.tf: /, '')),
    [
      'aws_subnet.each: aws_vpc.main.identifier: there is no attribute identifier',
      'output.all: subnet.idd: there is no attribute idd',
      'output.issuer: data.aws_eks_cluster.main.identity.0.oidc.0.isuer: there is no attribute isuer',
      'output.one: aws_subnet.each."10.0.0.0/24".idd: there is no attribute idd',
      'output.with: aws_vpc.main.0.id has an index, but there is only one',
      'output.without: aws_subnet.each.id needs an index before id',
    ],
  );
});

test('each and count mean something only where something is repeated', async () => {
  assert.deepEqual(await wrong('resource "aws_vpc" "main" {\n cidr_block = each.value\n}'), ['a.tf: aws_vpc.main: there is no each.value']);
});

test('a module gets what it asks for and nothing else', async () => {
  const module = await Configuration.of({ 'v.tf': 'variable "a" {}\nvariable "b" { default = 1 }\noutput "c" { value = var.a }' });
  assert.deepEqual(await wrong('module "m" {\n source = "./m"\n d = 1\n}\noutput "o" { value = module.m.d }', new Map([['./m', module]])), [
    'a.tf: module.m: the module has no variable d',
    'a.tf: module.m: a is required',
    'a.tf: output.o: there is no module.m.d',
  ]);
});
