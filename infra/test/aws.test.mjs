import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AWS as aws, SERVICE_ACCOUNT } from './lib/roots.mjs';

const list = value => [value ?? []].flat();

/** All statements of the policies that are written here, with the document they are in. */
const statements = [aws, SERVICE_ACCOUNT].flatMap(configuration =>
  [...configuration.objects.values()]
    .filter(({ type }) => type === 'aws_iam_policy_document')
    .flatMap(({ name, body }) => list(body.statement).map(statement => ({ name, ...statement }))),
);

test('the network lies in two zones with a public and a private subnet in each, and one way out', () => {
  assert.match(aws.locals.get('zones').value, /slice\(data\.aws_availability_zones\.available\.names, 0, 2\)/);
  for (const [kind, cidrs] of [['public', 'public_cidrs'], ['private', 'private_cidrs']]) {
    const subnet = aws.body(`aws_subnet.${kind}`);
    assert.equal(subnet.for_each, `\${local.${cidrs}}`);
    assert.equal(subnet.vpc_id, '${aws_vpc.main.id}');
    assert.match(aws.locals.get(cidrs).value, /for index, zone in local\.zones/);
  }
  assert.equal(aws.one('aws_nat_gateway').subnet_id, '${aws_subnet.public[local.zones[0]].id}');
  assert.equal(aws.body('aws_route.internet').gateway_id, '${aws_internet_gateway.main.id}');
  assert.equal(aws.body('aws_route.internet').route_table_id, '${aws_route_table.public.id}');
  assert.equal(aws.body('aws_route.outwards').nat_gateway_id, '${aws_nat_gateway.main.id}');
  assert.equal(aws.body('aws_route.outwards').route_table_id, '${aws_route_table.private.id}');
});

test('no subnet gives out public addresses, and the default groups let nothing through', () => {
  aws.all('aws_subnet').forEach(subnet => assert.equal(subnet.map_public_ip_on_launch, false));
  assert.equal(aws.all('aws_default_security_group').length, aws.all('aws_vpc').length);
  aws.all('aws_default_security_group').forEach(group => assert.deepEqual(Object.keys(group), ['vpc_id']));
});

test('nobody is let in from everywhere', () => {
  for (const { address, body } of aws.objects.values()) {
    if (!address.startsWith('aws_route.')) {
      assert.ok(!/0\.0\.0\.0\/0|::\/0/.test(JSON.stringify(body)), address);
    }
  }
});

test('the database has a network of its own, peered, without a way to the internet', () => {
  assert.equal(aws.body('aws_subnet.database').vpc_id, '${aws_vpc.database.id}');
  const peering = aws.one('aws_vpc_peering_connection');
  assert.deepEqual([peering.vpc_id, peering.peer_vpc_id], ['${aws_vpc.main.id}', '${aws_vpc.database.id}']);
  const routes = aws.all('aws_route').filter(({ route_table_id: table }) => table === '${aws_route_table.database.id}');
  assert.deepEqual(routes.map(({ vpc_peering_connection_id: peer }) => peer), ['${aws_vpc_peering_connection.database.id}']);
  aws.all('aws_internet_gateway').forEach(({ vpc_id: vpc }) => assert.equal(vpc, '${aws_vpc.main.id}'));
});

test('the database is encrypted, not public, backed up, protected, reached over TLS by the nodes only', () => {
  const database = aws.one('aws_db_instance');
  assert.equal(database.engine, 'postgres');
  assert.equal(database.storage_encrypted, true);
  assert.equal(database.kms_key_id, '${aws_kms_key.main.arn}');
  assert.equal(database.publicly_accessible, false);
  assert.ok(database.backup_retention_period >= 7);
  assert.equal(database.deletion_protection, true);
  assert.equal(database.skip_final_snapshot, false);
  assert.deepEqual(list(database.vpc_security_group_ids), ['${aws_security_group.database.id}']);
  const parameters = Object.fromEntries(aws.one('aws_db_parameter_group').parameter.map(({ name, value }) => [name, value]));
  assert.deepEqual(parameters, { 'rds.force_ssl': '1', password_encryption: 'scram-sha-256' });
  const rule = aws.one('aws_vpc_security_group_ingress_rule');
  assert.equal(rule.referenced_security_group_id, '${aws_eks_cluster.main.vpc_config[0].cluster_security_group_id}');
  assert.deepEqual([rule.from_port, rule.to_port, rule.cidr_ipv4], [5432, 5432, undefined]);
});

test('no password is in the state: RDS keeps its own, and the service gets one that is only written', () => {
  const database = aws.one('aws_db_instance');
  assert.equal(database.manage_master_user_password, true);
  assert.ok(!('password' in database));
  const version = aws.one('aws_secretsmanager_secret_version');
  assert.deepEqual(Object.keys(version).sort(), ['secret_id', 'secret_string_wo', 'secret_string_wo_version']);
  assert.match(version.secret_string_wo, /ephemeral\.aws_secretsmanager_random_password\.service/);
  const stored = [...aws.objects.values()].filter(({ address }) => address !== 'aws_secretsmanager_secret_version.service');
  assert.ok(!/ephemeral\./.test(JSON.stringify([stored.map(({ body }) => body), [...aws.outputs]])));
});

test('the cluster encrypts its Secrets, logs, has a private address, and is closed to the internet unless somebody is named', () => {
  const cluster = aws.one('aws_eks_cluster');
  assert.deepEqual(cluster.encryption_config[0].resources, ['secrets']);
  assert.equal(cluster.encryption_config[0].provider[0].key_arn, '${aws_kms_key.main.arn}');
  assert.deepEqual(cluster.enabled_cluster_log_types, ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']);
  const [network] = cluster.vpc_config;
  assert.equal(network.endpoint_private_access, true);
  assert.equal(network.endpoint_public_access, '${length(var.api_allowed_cidrs) > 0}');
  assert.deepEqual(aws.variables.get('api_allowed_cidrs').body.default, []);
  assert.equal(cluster.access_config[0].bootstrap_cluster_creator_admin_permissions, false);
});

test('there are two to five nodes in the private subnets, with encrypted disks, and their credentials are not for pods', () => {
  const nodes = aws.one('aws_eks_node_group');
  const { min_size: least, max_size: most } = nodes.scaling_config[0];
  assert.deepEqual([least, most], [2, 5]);
  assert.match(list(nodes.subnet_ids)[0], /aws_subnet\.private/);
  const [metadata] = aws.one('aws_launch_template').metadata_options;
  assert.deepEqual([metadata.http_tokens, metadata.http_put_response_hop_limit], ['required', 1]);
  assert.equal(aws.one('aws_launch_template').block_device_mappings[0].ebs[0].encrypted, true);
});

test('images cannot be moved under their tag, are scanned, encrypted, and go some time', () => {
  const repository = aws.one('aws_ecr_repository');
  assert.equal(repository.image_tag_mutability, 'IMMUTABLE');
  assert.equal(repository.image_scanning_configuration[0].scan_on_push, true);
  assert.equal(repository.encryption_configuration[0].encryption_type, 'KMS');
  assert.equal(aws.one('aws_ecr_lifecycle_policy').for_each, '${aws_ecr_repository.service}');
});

test('the certificate of the host is validated by records of its zone', () => {
  assert.equal(aws.one('aws_acm_certificate').domain_name, '${var.host}');
  assert.equal(aws.one('aws_acm_certificate').validation_method, 'DNS');
  assert.match(aws.body('aws_route53_record.validation').for_each, /aws_acm_certificate\.service\.domain_validation_options/);
  assert.match(list(aws.one('aws_acm_certificate_validation').validation_record_fqdns)[0], /aws_route53_record\.validation/);
});

test('keys are rotated and go slowly', () => {
  aws.all('aws_kms_key').forEach(key => {
    assert.equal(key.enable_key_rotation, true);
    assert.ok(key.deletion_window_in_days >= 14);
  });
});

test('no policy allows an action by a wildcard, and everything is allowed on certain resources where AWS can tell them apart', () => {
  // The service authorization reference names no resource for these.
  const unlimited = /^(ecr:GetAuthorizationToken|ec2:GetSecurityGroupsForVpc|ec2:GetInstanceTypesFromInstanceRequirements|[a-z0-9]+:(Describe|List)[A-Za-z]+)$/;
  for (const { name, sid, actions, resources, condition, principals } of statements) {
    actions.forEach(action => assert.match(action, /^[a-z0-9]+:[A-Za-z0-9]+$/, `${name} ${sid}`));
    if (!principals && list(resources).includes('*') && !condition) {
      actions.forEach(action => assert.match(action, unlimited, `${name} ${sid}`));
    }
  }
  assert.ok(statements.length > 20);
});

test('who takes a role by a token is one service account, or one environment of one repository', () => {
  const trusting = statements.filter(({ actions }) => actions.includes('sts:AssumeRoleWithWebIdentity'));
  assert.equal(trusting.length, 2);
  for (const { condition } of trusting) {
    condition.forEach(({ test: operator }) => assert.equal(operator, 'StringEquals'));
    assert.deepEqual(condition.map(({ variable }) => variable.split(':').at(-1)).sort(), ['aud', 'sub']);
    condition.forEach(({ values }) => assert.ok(!values.join().includes('*')));
  }
});

test('each role has what its service account needs and no policy of AWS beyond what AWS asks for', () => {
  const attached = [aws, SERVICE_ACCOUNT].flatMap(({ objects, modules }) => JSON.stringify([[...objects], [...modules]]).match(/:aws:policy\/[A-Za-z0-9_]+/g) ?? []);
  const named = [...attached, ...list(aws.body('aws_iam_role_policy_attachment.node').for_each.match(/Amazon\w+/g)).map(name => `:aws:policy/${name}`)];
  assert.deepEqual([...new Set(named)].sort(), [
    ':aws:policy/AmazonEC2ContainerRegistryPullOnly',
    ':aws:policy/AmazonEKSClusterPolicy',
    ':aws:policy/AmazonEKSWorkerNodePolicy',
    ':aws:policy/AmazonEKS_CNI_Policy',
  ]);
  const actions = name => statements.filter(statement => statement.name === name).flatMap(statement => statement.actions).sort();
  assert.deepEqual(actions('credentials'), ['kms:Decrypt', 'secretsmanager:GetSecretValue']);
  assert.deepEqual(list(statements.find(({ name, sid }) => name === 'credentials' && sid === 'Read').resources), ['${aws_secretsmanager_secret.service.arn}']);
  assert.deepEqual(actions('database'), ['secretsmanager:GetSecretValue']);
  assert.deepEqual(actions('registry'), ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'ecr:GetDownloadUrlForLayer']);
});

test('the state is encrypted and locked, and nothing in the files is a key', () => {
  const [backend] = aws.settings.backend.s3;
  assert.deepEqual(backend, { encrypt: true, use_lockfile: true });
  assert.ok(!/access_key|secret_key|AKIA/.test(JSON.stringify([...aws.providers])));
});
