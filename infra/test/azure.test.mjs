import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AZURE as azure } from './lib/roots.mjs';

test('the registry knows no password, and nodes pull by their identity', () => {
  const registry = azure.one('azurerm_container_registry');
  assert.deepEqual([registry.admin_enabled, registry.anonymous_pull_enabled], [false, false]);
  const pull = azure.body('azurerm_role_assignment.pull');
  assert.equal(pull.role_definition_name, 'AcrPull');
  assert.equal(pull.scope, '${azurerm_container_registry.main.id}');
  assert.equal(pull.principal_id, '${azurerm_user_assigned_identity.kubelet.principal_id}');
  assert.equal(azure.one('azurerm_kubernetes_cluster').kubelet_identity[0].user_assigned_identity_id, '${azurerm_user_assigned_identity.kubelet.id}');
});

test('the cluster runs under a managed identity, has no local accounts, and gives pods identities of their own', () => {
  const cluster = azure.one('azurerm_kubernetes_cluster');
  assert.equal(cluster.identity[0].type, 'UserAssigned');
  assert.equal(cluster.local_account_disabled, true);
  assert.equal(cluster.role_based_access_control_enabled, true);
  assert.equal(cluster.run_command_enabled, false);
  assert.deepEqual([cluster.oidc_issuer_enabled, cluster.workload_identity_enabled], [true, true]);
  assert.deepEqual(cluster.api_server_access_profile[0].authorized_ip_ranges, '${var.allowed_cidrs}');
  assert.ok(!('service_principal' in cluster));
});

test('nodes are two to five as needed, without public addresses, in three zones', () => {
  const [pool] = azure.one('azurerm_kubernetes_cluster').default_node_pool;
  assert.deepEqual([pool.auto_scaling_enabled, pool.min_count, pool.max_count], [true, 2, 5]);
  assert.equal(pool.node_public_ip_enabled, false);
  assert.equal(pool.zones.length, 3);
});

test('the database is not public, reached by the nodes only, over TLS, and backed up', () => {
  const database = azure.one('azurerm_postgresql_flexible_server');
  assert.equal(database.public_network_access_enabled, false);
  assert.equal(database.delegated_subnet_id, '${azurerm_subnet.database.id}');
  assert.ok(database.backup_retention_days >= 7);
  assert.equal(database.lifecycle[0].prevent_destroy, true);
  const settings = Object.fromEntries(azure.all('azurerm_postgresql_flexible_server_configuration').map(({ name, value }) => [name, value]));
  assert.deepEqual(settings, { require_secure_transport: 'on', ssl_min_protocol_version: 'TLSv1.2' });
  const rules = azure.one('azurerm_network_security_group').security_rule;
  assert.deepEqual(rules.filter(({ access }) => access === 'Allow').map(({ destination_port_range: port }) => port), ['5432', '*']);
  assert.deepEqual(rules.map(({ source_address_prefixes: from }) => from).slice(0, 2), [
    '${azurerm_subnet.nodes.address_prefixes}',
    '${azurerm_subnet.database.address_prefixes}',
  ]);
  const last = [...rules].sort((a, b) => a.priority - b.priority).at(-1);
  assert.deepEqual([last.access, last.source_address_prefix, last.direction], ['Deny', '*', 'Inbound']);
});

test('the vault is closed but for the nodes and who is named, asks for roles, and forgets nothing at once', () => {
  const vault = azure.one('azurerm_key_vault');
  assert.equal(vault.rbac_authorization_enabled, true);
  assert.equal(vault.purge_protection_enabled, true);
  assert.equal(vault.network_acls[0].default_action, 'Deny');
  assert.ok(!('access_policy' in vault));
});

test('no password is in the state: all are only written', () => {
  const database = azure.one('azurerm_postgresql_flexible_server');
  assert.ok(!('administrator_password' in database));
  azure.all('azurerm_key_vault_secret').forEach(secret => assert.ok(!('value' in secret) && 'value_wo' in secret));
  const written = JSON.stringify([...azure.objects.values()].filter(({ mode }) => mode === 'resource').map(({ body }) =>
    Object.entries(body).filter(([key]) => !key.endsWith('_wo'))));
  assert.ok(!written.includes('ephemeral.'));
  assert.ok(![...azure.objects.values()].some(({ mode, type }) => mode === 'resource' && type.startsWith('random_')));
});

test('the kubeconfig is sensitive, and no other output is a secret', () => {
  for (const [name, { body }] of azure.outputs) {
    assert.equal(body.sensitive ?? false, name === 'kubeconfig', name);
    assert.ok(!/password|admin_config|\bkey\b/.test(body.value), name);
  }
});

test('each identity has the least role on the least scope', () => {
  const given = [...azure.objects.values()]
    .filter(({ mode, type }) => mode === 'resource' && type === 'azurerm_role_assignment')
    .map(({ body }) => `${body.role_definition_name} on ${body.scope.replace(/^\$\{|\}$/g, '')}`);
  assert.deepEqual(given.sort(), [
    'AcrPull on azurerm_container_registry.main.id',
    'AcrPush on azurerm_container_registry.main.id',
    'Azure Kubernetes Service Cluster User Role on azurerm_kubernetes_cluster.main.id',
    'DNS Zone Contributor on var.dns_zone_id',
    'Key Vault Certificate User on azurerm_key_vault.main.id',
    'Key Vault Secrets Officer on azurerm_key_vault.main.id',
    'Key Vault Secrets User on azurerm_key_vault_secret.administrator.resource_versionless_id',
    'Key Vault Secrets User on azurerm_key_vault_secret.service.resource_versionless_id',
    'Managed Identity Operator on azurerm_user_assigned_identity.kubelet.id',
    'Network Contributor on azurerm_subnet.nodes.id',
    'Reader on azurerm_resource_group.main.id',
  ]);
});

test('who takes an identity by a token is one service account, or one environment of one repository', () => {
  const subjects = azure.all('azurerm_federated_identity_credential').map(({ subject }) => subject).sort();
  assert.deepEqual(subjects, ['repo:${each.key}:environment:${var.github_environment}', 'system:serviceaccount:${var.namespace}:${each.key}']);
});

test('the state is reached by an identity, and everything can be found by its tag', () => {
  assert.deepEqual(azure.settings.backend.azurerm, [{ use_azuread_auth: true }]);
  assert.equal(azure.locals.get('tags').value.project, '${var.name}');
  assert.equal(azure.one('azurerm_resource_group').tags, '${local.tags}');
});
