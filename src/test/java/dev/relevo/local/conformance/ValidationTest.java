package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ValidationTest extends ConformanceSuite {
    private String invalid(String path, String yaml) {
        return cluster.post(path, yaml).refused(422, "Invalid").message();
    }

    private String services() {
        return cluster.path("v1", "services");
    }

    @Test
    void namesMustBeDnsNames() {
        assertThat(invalid(configMaps(), "{metadata: {name: Not_A_Name}}"))
                .isEqualTo("ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": a"
                        + " lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                        + " and must start and end with an alphanumeric character (e.g. 'example.com', regex used for"
                        + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        // Since 1.36 a Service's name may begin with a digit, as other names may.
        String name = cluster.before(36, "1st", "-st");
        assertThat(invalid(services(), "{metadata: {name: " + name + "}, spec: {ports: [{port: 80}]}}"))
                .contains(cluster.before(
                        36,
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character",
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'"));
    }

    @Test
    void labelsMustBeWellFormed() {
        assertThat(invalid(configMaps(), "{metadata: {name: a, labels: {'b/c/d': x}}}"))
                .startsWith("ConfigMap \"a\" is invalid: metadata.labels: Invalid value: \"b/c/d\": "
                        + cluster.before(35, "a qualified name", "a valid label key"));
        assertThat(invalid(configMaps(), "{metadata: {name: a, labels: {b: 'x y'}}}"))
                .startsWith(
                        "ConfigMap \"a\" is invalid: metadata.labels: Invalid value: \"x y\": a valid label must be");
    }

    @Test
    void configMapKeysMustBeFileNames() {
        assertThat(invalid(configMaps(), "{metadata: {name: a}, data: {'b/c': x}}"))
                .isEqualTo("ConfigMap \"a\" is invalid: data[b/c]: Invalid value: \"b/c\": a valid config key must"
                        + " consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or"
                        + " 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
    }

    @Test
    void configMapsAreBounded() {
        String value = "x".repeat(1_100_000);
        assertThat(invalid(configMaps(), "{metadata: {name: big}, data: {a: " + value + "}}"))
                .isEqualTo("ConfigMap \"big\" is invalid: []: Too long: may not be more than 1048576 bytes");
    }

    @Test
    void immutableConfigMapsStayAsTheyAre() {
        cluster.post(configMaps(), "{metadata: {name: fixed}, data: {a: '1'}, immutable: true}")
                .ok();
        Answer data = cluster.patch("merge", configMaps() + "/fixed", "{data: {a: '2'}}")
                .refused(422, "Invalid");
        assertThat(data.message())
                .isEqualTo(
                        "ConfigMap \"fixed\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
        Answer flag = cluster.patch("merge", configMaps() + "/fixed", "{immutable: false}")
                .refused(422, "Invalid");
        assertThat(flag.message())
                .isEqualTo(
                        "ConfigMap \"fixed\" is invalid: immutable: Forbidden: field is immutable when `immutable` is"
                                + " set");
        cluster.patch("merge", configMaps() + "/fixed", "{metadata: {labels: {a: b}}}")
                .ok();
    }

    @Test
    void secretsAreEncodedAndKeepTheirType() {
        String secrets = cluster.path("v1", "secrets");
        Answer created = cluster.post(secrets, "{metadata: {name: s}, stringData: {a: hello}}")
                .ok();
        assertThat(created.text("/data/a")).isEqualTo("aGVsbG8=");
        assertThat(created.text("/type")).isEqualTo("Opaque");
        assertThat(created.at("/stringData").isMissingNode()).isTrue();
        Answer type = cluster.patch("merge", secrets + "/s", "{type: example.com/other}")
                .refused(422, "Invalid");
        assertThat(type.message())
                .isEqualTo("Secret \"s\" is invalid: type: Invalid value: \"example.com/other\": field is immutable");
        assertThat(cluster.post(secrets, "{metadata: {name: t}, data: {a: '***'}}")
                        .code())
                .isEqualTo(400);
        cluster.post(secrets, "{metadata: {name: fixed}, data: {a: YQ==}, immutable: true}")
                .ok();
        cluster.patch("merge", secrets + "/fixed", "{data: {a: Yg==}}").refused(422, "Invalid");
    }

    @Test
    void selectorsOfDeploymentsAreImmutable() {
        ObjectNode object = (ObjectNode)
                cluster.post(deployments(), deployment("selector")).ok().body();
        object.withObjectProperty("metadata").remove("resourceVersion");
        ObjectNode spec = object.withObjectProperty("spec");
        spec.withObjectProperty("selector").putObject("matchLabels").put("app", "other");
        spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .putObject("labels")
                .put("app", "other");
        assertThat(cluster.put(deployments() + "/selector", object)
                        .refused(422, "Invalid")
                        .message())
                .isEqualTo("Deployment.apps \"selector\" is invalid: spec.selector: Invalid value:"
                        + " {\"matchLabels\":{\"app\":\"other\"}}: field is immutable");
    }

    @Test
    void deploymentsNeedASelectorThatMatches() {
        String template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: 'i:1'}]}}";
        assertThat(invalid(deployments(), "{metadata: {name: none}, spec: {" + template + "}}"))
                .startsWith("Deployment.apps \"none\" is invalid: [spec.selector: Required value, ")
                .contains(
                        "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template"
                                + " `labels`");
        assertThat(invalid(
                        deployments(),
                        "{metadata: {name: other}, spec: {selector: {matchLabels: {a: c}}, " + template + "}}"))
                .isEqualTo("Deployment.apps \"other\" is invalid: spec.template.metadata.labels: Invalid value:"
                        + " {\"a\":\"b\"}: `selector` does not match template `labels`");
    }

    private String pod(String spec) {
        return invalid(cluster.path("v1", "pods"), "{metadata: {name: p}, spec: " + spec + "}");
    }

    @Test
    void podsNeedContainersWithNamesAndImages() {
        assertThat(pod("{containers: []}")).isEqualTo("Pod \"p\" is invalid: spec.containers: Required value");
        assertThat(pod("{containers: [{name: a}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[0].image: Required value");
        assertThat(pod("{containers: [{image: 'i:1'}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[0].name: Required value");
        assertThat(pod("{containers: [{name: a, image: 'i:1'}, {name: a, image: 'i:1'}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[1].name: Duplicate value: \"a\"");
    }

    @Test
    void containersAreChecked() {
        assertThat(pod("{containers: [{name: a, image: 'i:1', ports: [{containerPort: 70000}]}]}"))
                .isEqualTo(
                        "Pod \"p\" is invalid: spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be"
                                + " between 1 and 65535, inclusive");
        assertThat(pod("{containers: [{name: a, image: 'i:1', volumeMounts: [{name: none, mountPath: /x}]}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"none\"");
        assertThat(pod("{containers: [{name: a, image: 'i:1', imagePullPolicy: Sometimes}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\":"
                        + " supported values: \"Always\", \"IfNotPresent\", \"Never\"");
        assertThat(pod("{containers: [{name: a, image: 'i:1', readinessProbe: {periodSeconds: 1}}]}"))
                .isEqualTo("Pod \"p\" is invalid: spec.containers[0].readinessProbe: Required value: must specify a"
                        + " handler type");
        assertThat(pod("{containers: [{name: a, image: 'i:1', resources: {requests: {memory: 2Gi}, limits: {memory:"
                        + " 1Gi}}}]}"))
                .isEqualTo(
                        "Pod \"p\" is invalid: spec.containers[0].resources.requests: Invalid value: \"2Gi\": must be"
                                + " less than or equal to memory limit of 1Gi");
    }

    @Test
    void servicesAreChecked() {
        assertThat(invalid(services(), "{metadata: {name: s}, spec: {selector: {a: b}}}"))
                .isEqualTo("Service \"s\" is invalid: spec.ports: Required value");
        assertThat(invalid(services(), "{metadata: {name: s}, spec: {ports: [{port: 80}, {port: 81}]}}"))
                .isEqualTo("Service \"s\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required"
                        + " value]");
        assertThat(invalid(services(), "{metadata: {name: s}, spec: {ports: [{port: 0}]}}"))
                .contains("spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive");
    }

    @Test
    void clusterAddressesOfServicesStay() {
        Answer created = cluster.post(services(), "{metadata: {name: kept}, spec: {ports: [{port: 80}]}}")
                .ok();
        String address = created.text("/spec/clusterIP");
        assertThat(address).matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        ObjectNode without = TestCluster.yaml("{metadata: {name: kept}, spec: {ports: [{port: 81}]}}");
        assertThat(cluster.put(services() + "/kept", without).ok().text("/spec/clusterIP"))
                .isEqualTo(address);
        Answer changed = cluster.patch(
                        "merge", services() + "/kept", "{spec: {clusterIP: 10.96.77.77, clusterIPs: [10.96.77.77]}}")
                .refused(422, "Invalid");
        assertThat(changed.message())
                .startsWith("Service \"kept\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.77.77\"]: may not"
                        + " change once set");
    }

    @Test
    void unknownFieldsAreRefusedWarnedAboutOrIgnored() {
        String yaml = "{metadata: {name: %s}, nonsense: 1, data: {a: b}}";
        Answer strict = cluster.post(configMaps() + "?fieldValidation=Strict", yaml.formatted("strict"))
                .refused(400, "BadRequest");
        assertThat(strict.message())
                .isEqualTo(
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown"
                                + " field \"nonsense\"");
        Answer warned = cluster.post(configMaps() + "?fieldValidation=Warn", yaml.formatted("warned"))
                .ok();
        assertThat(warned.warnings()).containsExactly("299 - \"unknown field \\\"nonsense\\\"\"");
        assertThat(warned.at("/nonsense").isMissingNode()).isTrue();
        assertThat(cluster.post(configMaps() + "?fieldValidation=Ignore", yaml.formatted("ignored"))
                        .ok()
                        .warnings())
                .isEmpty();
        assertThat(cluster.post(configMaps(), yaml.formatted("standard")).ok().warnings())
                .hasSize(1);
        assertThat(cluster.post(configMaps() + "?fieldValidation=Maybe", yaml.formatted("maybe"))
                        .code())
                .isEqualTo(422);
    }

    @Test
    void unknownFieldsAreNamedByTheirPath() {
        String nested = deployment("nested").replace("image:", "imagge: x, image:");
        Answer strict =
                cluster.post(deployments() + "?fieldValidation=Strict", nested).refused(400, "BadRequest");
        assertThat(strict.message()).endsWith("unknown field \"spec.template.spec.containers[0].imagge\"");
    }

    @Test
    void duplicateFieldsAreRefusedWhenStrict() {
        String json = "{\"metadata\": {\"name\": \"dup\"}, \"data\": {\"a\": \"1\"}, \"data\": {\"a\": \"2\"}}";
        Answer strict = cluster.send(
                        "POST", configMaps() + "?fieldValidation=Strict", json, "application/json", "application/json")
                .refused(400, "BadRequest");
        assertThat(strict.message()).endsWith("strict decoding error: duplicate field \"data\"");
    }

    @Test
    void patchesAreValidatedToo() {
        createConfigMap("patched", "{a: '1'}");
        Answer strict = cluster.patch("merge", configMaps() + "/patched?fieldValidation=Strict", "{nonsense: 1}");
        assertThat(strict.code()).isEqualTo(422);
        assertThat(strict.message()).contains("unknown field \"nonsense\"");
        Answer applied = cluster.apply(
                configMaps() + "/applied",
                "alice",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, nonsense: 1}");
        assertThat(applied.code()).isEqualTo(500);
        assertThat(applied.message()).contains(".nonsense: field not declared in schema");
    }

    @Test
    void whatIsAppliedMustHaveTheFormOfItsKind() {
        String start = "failed to create typed patch object (" + cluster.namespace()
                + "/formed; apps/v1, Kind=Deployment): .spec.template.spec.";
        String container = start + "containers[name=\"a\"].";

        assertThat(applied("imagePullPolice: x"))
                .isEqualTo(container + "imagePullPolice: field not declared in schema");
        assertThat(applied("env: [{name: A, value: 1}]"))
                .isEqualTo(container + "env[name=\"A\"].value: expected string, got &value.valueUnstructured{Value:1}");
        assertThat(applied("env: [{name: A}, {name: A}]"))
                .isEqualTo(container + "env: duplicate entries for key [name=\"A\"]");
        assertThat(applied("env: [3]"))
                .isEqualTo(container + "env: element 0: associative list with keys may not have non-map elements");
        assertThat(applied("env: {A: '1'}")).isEqualTo(container + "env: expected list, got &{map[A:1]}");
        assertThat(applied("ports: [{containerPort: '80'}]"))
                .isEqualTo(container + "ports[containerPort=\"80\",protocol=\"TCP\"].containerPort:"
                        + " expected numeric (int or float), got string");
        assertThat(applied("livenessProbe: 3")).isEqualTo(container + "livenessProbe: expected map, got &{3}");
        assertThat(applied("stdin: 'yes'")).isEqualTo(container + "stdin: expected boolean, got &{yes}");
        assertThat(applied("resources: {limits: {memory: [a]}}"))
                .isEqualTo(container + "resources.limits.memory: expected any scalar, got &{[a]}");
        assertThat(applied("command: [1, x, 2]"))
                .isEqualTo((container + "command[0]: expected string, got &value.valueUnstructured{Value:1}\n  "
                                + container.substring(container.indexOf(".spec"))
                                + "command[2]: expected string, got &value.valueUnstructured{Value:2}")
                        .replace("Deployment): ", "Deployment): errors:\n  "));
        assertThat(applied("livenessProbe: {httpGet: {port: true}}"))
                .startsWith("failed to convert new object (" + cluster.namespace()
                        + "/formed; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to"
                        + " apps/v1, Kind=Deployment: ");
    }

    /** The answer to a Deployment whose container has this in it. */
    private String applied(String container) {
        Answer answer = cluster.apply(
                deployments() + "/formed", "alice&dryRun=All", """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: formed, namespace: %s}, spec: {
                 selector: {matchLabels: {app: f}},
                 template: {metadata: {labels: {app: f}}, spec: {containers: [{name: a, image: x, %s}]}}}}
                """.formatted(cluster.namespace(), container));
        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.body().has("reason")).isFalse();
        return answer.message();
    }

    @Test
    void valuesOfTheWrongTypeAreRefused() {
        Answer refused = cluster.post(deployments(), deployment("typed").replace("replicas: 0", "replicas: many"))
                .refused(400, "BadRequest");
        assertThat(refused.message())
                .startsWith(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string"
                                + " into Go struct field DeploymentSpec.spec.replicas of type int32");
    }

    @Test
    void autoscalersBudgetsAndIngressesAreChecked() {
        assertThat(
                        invalid(
                                cluster.path("autoscaling/v2", "horizontalpodautoscalers"),
                                "{metadata: {name: h}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}"))
                .isEqualTo("HorizontalPodAutoscaler.autoscaling \"h\" is invalid: [spec.maxReplicas: "
                        + cluster.before(
                                36,
                                "Invalid value: 0: must be greater than 0",
                                "Required value: must be set and greater than 0")
                        + ", spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]");
        assertThat(
                        invalid(
                                cluster.path("policy/v1", "poddisruptionbudgets"),
                                "{metadata: {name: p}, spec: {minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {a: b}}}}"))
                .contains("minAvailable and maxUnavailable cannot be both set");
        assertThat(invalid(
                        cluster.path("networking.k8s.io/v1", "ingresses"),
                        "{metadata: {name: i}, spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: s, port:"
                                + " {number: 80}}}}]}}]}}"))
                .isEqualTo("Ingress.networking.k8s.io \"i\" is invalid: spec.rules[0].http.paths[0].pathType: Required"
                        + " value: pathType must be specified");
    }

    @Test
    void leasesMayBeGivenBack() {
        String leases = cluster.path("coordination.k8s.io/v1", "leases");
        cluster.post(leases, "{metadata: {name: held}, spec: {holderIdentity: a, leaseDurationSeconds: 15}}")
                .ok();

        Answer free = cluster.patch("merge", leases + "/held", "{spec: {holderIdentity: ''}}");

        assertThat(free.ok().at("/spec/holderIdentity").asText("gone")).isEmpty();
    }

    @Test
    void statefulSetsMountTheirClaims() {
        cluster.post(
                        cluster.path("apps/v1", "statefulsets"),
                        "{metadata: {name: a}, spec: {replicas: 0, serviceName: a, selector: {matchLabels: {app: a}}, template:"
                                + " {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a, volumeMounts:"
                                + " [{name: data, mountPath: /data}]}]}}, volumeClaimTemplates: [{metadata: {name: data}, spec:"
                                + " {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}")
                .ok();
    }
}
