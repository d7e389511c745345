package dev.relevo.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private static final Path PUBLISHED = Path.of("resources/relevo.schema.json");
    private static final Path PUBLISHED_OF_GROUPS = Path.of("resources/relevo-group.schema.json");
    private static final String COMPLETE = "app: clients\nimage: {repository: localhost:5000/clients}\n";

    @Test
    void the_published_schema_is_the_one_of_the_records() throws Exception {
        String generated = SchemaGenerator.generate();
        if (Boolean.getBoolean("relevo.schema.write")) {
            Files.writeString(PUBLISHED, generated);
        }
        assertThat(Files.readString(PUBLISHED))
                .as("after a change of the records run: mvn -Dquick test -Dtest=SchemaTest -Drelevo.schema.write=true")
                .isEqualTo(generated);
    }

    @Test
    void the_published_schema_of_groups_is_the_one_of_the_records() throws Exception {
        String generated = SchemaGenerator.generateOfGroups();
        if (Boolean.getBoolean("relevo.schema.write")) {
            Files.writeString(PUBLISHED_OF_GROUPS, generated);
        }
        assertThat(Files.readString(PUBLISHED_OF_GROUPS))
                .as("after a change of the records run: mvn -Dquick test -Dtest=SchemaTest -Drelevo.schema.write=true")
                .isEqualTo(generated);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "test: {command: [mvn, test], timeout: 1h30m}",
                "test: {timeout: 30}",
                "test: {timeout: 5 minutes}",
                "test: {timeout: 1h 30m}",
                "test: {env: {PORT: 8080, DEBUG: true, NAME: x}}",
                "test: {env: {PORT: [1]}}",
                "build: {builder: jib, ports: [8080]}",
                "build: {builder: jibb}",
                "build: {ports: ['8080']}",
                "push: {insecure: yes}",
                "push: {insecure: true}",
                "deploy: {strategy: blue-green, blueGreen: {bake: 1m}}",
                "deploy: {canary: {steps: [{weight: 5}, {weight: 50, duration: 10s}]}}",
                "deploy: {canary: {steps: [{duration: 10s}]}}",
                "deploy: {history: 1.5}",
                "deploy: {hooks: {before: [{http: {url: 'http://x'}}, {command: [a, b]}, {job: migrate.yaml}]}}",
                "deploy: {hooks: {after: [{http: {method: GET}}], ifAfterFails: explode}}",
                "deploy: {bigBang: {before: {job: {kind: Job, spec: {a: [1, {b: c}]}}, timeout: 1m}}}",
                "deploy: {bigBang: {before: {job: [1]}}}",
                "deploy: [1]",
                "service: {probes: {readiness: /health/ready}, autoscale: {maxReplicas: 9}}",
                "verify: {http: [{path: /health, json: {/status: UP}}], metrics: {maxErrorRate: 0.05}}",
                "verify: {http: {path: /}}",
                "environments: {dev: {context: dev, namespace: clients, deploy: {strategy: canary}}}",
                "environments: {dev: {cluster: remote}}",
                "environments: {dev: {notify: {slack: {urlFrom: SLACK_URL}, on: [failed]}}}",
                "notify: {webhook: {url: 'https://example.com'}}",
                "notify: {on: [everything]}",
                "telemetry: {grafana: {url: 'http://grafana', tokenFrom: TOKEN}, pushgateway: {url: 'http://push'}}",
                "telemetry: {grafana: {token: secret}}",
                "environments: {dev: {addons: [{type: postgresql, secret: db, database: clients}]}}",
                "environments: {dev: {addons: [{type: postgresql}]}}",
                "environments: {dev: {app: other}}",
                "stratgy: rolling",
                "apiVersion: relevo.dev/v2",
            })
    void the_own_check_agrees_with_a_general_validator(String more) throws Exception {
        YamlDocument document = YamlDocument.parse(COMPLETE + more);
        Schema general = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(PUBLISHED), InputFormat.JSON);

        boolean valid =
                general.validate(document.tree().toString(), InputFormat.JSON).isEmpty();

        assertThat(ConfigSchema.load().check(document).isEmpty()).isEqualTo(valid);
    }
}
