package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.KubeObject;
import dev.relevo.manifest.ManifestDiff.Change;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestDiffTest {
    private static final String LIVE = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: shop
              uid: u-1
              resourceVersion: "7"
              managedFields: [{manager: relevo}]
              annotations: {deployment.kubernetes.io/revision: "3"}
            spec:
              replicas: 2
              revisionHistoryLimit: 10
              template:
                spec:
                  containers:
                    - {name: app, image: "a:1", imagePullPolicy: Always, env: [{name: DB_PASSWORD, value: hunter2}]}
            status: {replicas: 2}
            """;
    private static final String DESIRED = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: 2
              template:
                spec:
                  containers:
                    - {name: app, image: "a:1", env: [{name: DB_PASSWORD, value: hunter2}]}
            """;

    @Test
    void bookkeeping_and_defaults_of_the_server_are_no_change() {
        ManifestDiff diff = ManifestDiff.ofDesired(Optional.of(object(LIVE)), object(DESIRED));

        assertThat(diff.change()).isEqualTo(Change.NONE);
        assertThat(diff.lines()).isEmpty();
    }

    @Test
    void a_change_is_shown_with_what_is_around_it() {
        ManifestDiff diff = ManifestDiff.ofDesired(Optional.of(object(LIVE)), object(DESIRED.replace("a:1", "a:2")));

        assertThat(diff.change()).isEqualTo(Change.UPDATE);
        assertThat(diff.lines())
                .anyMatch(line -> line.matches("- +image: \"?a:1\"?"))
                .anyMatch(line -> line.matches("\\+ +image: \"?a:2\"?"))
                .anyMatch(line -> line.matches("  +name: app"));
    }

    @Test
    void values_of_secret_looking_variables_are_masked_but_their_change_is_told() {
        ManifestDiff diff =
                ManifestDiff.ofDesired(Optional.of(object(LIVE)), object(DESIRED.replace("hunter2", "swordfish")));

        assertThat(diff.lines()).anyMatch(line -> line.contains("*** (changed)"));
        assertThat(diff.toString()).doesNotContain("hunter2").doesNotContain("swordfish");
    }

    @Test
    void a_secret_shows_its_keys_only() {
        KubeObject live = object("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: b25l, b: dHdv}}");
        KubeObject desired = object(
                "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: b25l, b: dGhyZWU=, c: Zm91cg==}}");

        ManifestDiff diff = ManifestDiff.ofDryRun(Optional.of(live), desired);

        assertThat(diff.lines()).contains("   a: '***'", "-  b: '***'", "+  b: '*** (changed)'", "+  c: '***'");
        assertThat(diff.toString()).doesNotContain("dHdv").doesNotContain("dGhyZWU");
        assertThat(ManifestDiff.ofDelete(live).toString()).doesNotContain("dHdv");
        assertThat(ManifestDiff.ofDesired(Optional.empty(), desired).toString()).doesNotContain("Zm91cg");
    }

    @Test
    void passwords_within_a_file_of_a_configmap_are_masked() {
        KubeObject live = object(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {app.properties: \"db.password=one\\nlevel=info\\n\", apiToken: x}}");
        KubeObject desired = object(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {app.properties: \"db.password=two\\nlevel=debug\\n\", apiToken: y}}");

        ManifestDiff diff = ManifestDiff.ofDryRun(Optional.of(live), desired);

        assertThat(diff.lines()).anyMatch(line -> line.contains("+    level=debug"));
        assertThat(diff.lines()).anyMatch(line -> line.contains("db.password=***"));
        assertThat(diff.toString()).doesNotContain("=one").doesNotContain("=two");
    }

    @Test
    void what_only_refers_to_a_secret_or_switches_something_is_shown() {
        KubeObject before = object("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop}
                spec:
                  template:
                    spec:
                      automountServiceAccountToken: true
                      imagePullSecrets: [{name: old-login}]
                      volumes: [{name: keys, secret: {secretName: old-keys}}]
                      containers:
                        - name: app
                          env:
                            - {name: DB_PASSWORD_FILE, value: /old/password}
                            - {name: TOKEN_TTL_SECONDS, value: "60"}
                            - {name: REQUIRE_TOKEN, value: "true"}
                            - {name: API_TOKEN, value: abc123}
                            - {name: passwordProfile, value: abc123}
                """);
        KubeObject after = object(ManifestYaml.write(before)
                .replace("true", "false")
                .replace("old", "new")
                .replace("60", "90")
                .replace("abc123", "def456"));

        ManifestDiff diff = ManifestDiff.ofDesired(Optional.of(before), after);

        assertThat(String.join("\n", diff.lines()))
                .contains("automountServiceAccountToken: false", "name: new-login", "secretName: new-keys")
                .contains("value: /new/password", "90", "false")
                .contains("*** (changed)")
                .doesNotContain("abc123", "def456");
    }

    @Test
    void creation_and_removal_are_whole() {
        assertThat(ManifestDiff.ofDesired(Optional.empty(), object(DESIRED)))
                .satisfies(diff -> assertThat(diff.change()).isEqualTo(Change.CREATE))
                .satisfies(
                        diff -> assertThat(diff.lines().subList(1, diff.lines().size()))
                                .allMatch(line -> line.startsWith("+")));
        assertThat(ManifestDiff.ofDelete(object(LIVE)).change()).isEqualTo(Change.DELETE);
    }

    private static KubeObject object(String yaml) {
        return ManifestReader.parse(yaml, "x").get(0).object();
    }
}
