package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds that a delivery may bring along: each can be applied, is completed, and applied again without a change. */
class StoredKindsTest extends ConformanceSuite {
    private static final String POD = "{metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: 'i:1'}]}}";
    private static final String TASK = "{spec: {restartPolicy: Never, containers: [{name: c, image: 'i:1'}]}}";

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "networking.k8s.io/v1 | NetworkPolicy | networkpolicies | {podSelector: {}} | /spec/policyTypes/0 | Ingress",
                "v1 | ResourceQuota | resourcequotas | {hard: {pods: '4'}} | /spec/hard/pods | 4",
                "v1 | LimitRange | limitranges | {limits: [{type: Container, default: {cpu: 500m}}]} |"
                        + " /spec/limits/0/defaultRequest/cpu | 500m",
                "v1 | PersistentVolumeClaim | persistentvolumeclaims | {accessModes: [ReadWriteOnce], resources: {requests:"
                        + " {storage: 1Gi}}} | /spec/volumeMode | Filesystem",
                "apps/v1 | StatefulSet | statefulsets | {replicas: 0, serviceName: x, selector: {matchLabels: {app: x}},"
                        + " template: " + POD + "} | /spec/podManagementPolicy | OrderedReady",
                "apps/v1 | DaemonSet | daemonsets | {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app:"
                        + " x}}, spec: {nodeSelector: {never: here}, containers: [{name: c, image: 'i:1'}]}}} |"
                        + " /spec/updateStrategy/type | RollingUpdate",
                "batch/v1 | Job | jobs | {suspend: true, template: " + TASK + "} | /spec/backoffLimit | 6",
                "batch/v1 | CronJob | cronjobs | {schedule: '0 0 1 1 *', suspend: true, jobTemplate: {spec: {template: "
                        + TASK + "}}} | /spec/concurrencyPolicy | Allow"
            })
    void canBeApplied(String apiVersion, String kind, String plural, String spec, String field, String value) {
        String path = cluster.path(apiVersion, plural) + "/stored";
        String object =
                "{apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: stored}, spec: " + spec + "}";
        Answer created = cluster.apply(path, "me", object).ok();
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.text(field)).isEqualTo(value);
        String generation = created.text("/metadata/generation");
        Answer again = cluster.apply(path, "me", object).ok();
        assertThat(again.code()).isEqualTo(200);
        assertThat(again.text("/metadata/generation")).isEqualTo(generation);
        cluster.delete(path).ok();
    }
}
