package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What namespaces for restricted pods, and for those of the baseline, let in. */
class PodSecurityTest extends ConformanceSuite {
    private static final String HARMLESS = "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}";
    private static final String UNPRIVILEGED = "runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}";

    private String namespace = "";

    @AfterEach
    void removeNamespace() {
        cluster.delete("/api/v1/namespaces/" + namespace).ok();
    }

    private void inNamespaceFor(String level) {
        namespace = cluster.namespace() + "-" + level;
        cluster.post(
                        "/api/v1/namespaces",
                        "{metadata: {name: " + namespace + ", labels: {pod-security.kubernetes.io/enforce: " + level
                                + "}}}")
                .ok();
        // Pods wait for the account that a controller makes in every namespace; where none runs it is there at once.
        String account = "/api/v1/namespaces/" + namespace + "/serviceaccounts";
        Answer unused = cluster.post(account, "{metadata: {name: default}}");
    }

    private String refused(String spec) {
        return create(spec).refused(403, "Forbidden").message();
    }

    private Answer create(String spec) {
        return cluster.post(
                "/api/v1/namespaces/" + namespace + "/pods?dryRun=All", "{metadata: {name: p}, spec: " + spec + "}");
    }

    @Test
    void aNamespaceForRestrictedPodsLetsInNoOthers() {
        inNamespaceFor("restricted");
        create("{securityContext: {" + UNPRIVILEGED + "}, containers: [{name: a, image: x, securityContext: {"
                        + HARMLESS + "}}]}")
                .ok();
        assertThat(refused("{containers: [{name: a, image: x}, {name: b, image: x, securityContext: {" + UNPRIVILEGED
                        + "}}]}"))
                .isEqualTo(
                        "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\":"
                                + " allowPrivilegeEscalation != false (containers \"a\", \"b\" must set"
                                + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers \"a\","
                                + " \"b\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or"
                                + " container \"a\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container"
                                + " \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
        assertThat(refused("{securityContext: {runAsNonRoot: false, runAsUser: 0, seccompProfile: {type: Unconfined}},"
                        + " volumes: [{name: v, hostPath: {path: /}}], containers: [{name: a, image: x, securityContext:"
                        + " {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_ADMIN]}}}]}"))
                .isEqualTo("pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\":"
                        + " unrestricted capabilities (container \"a\" must not include \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add), restricted volume types (volume \"v\" uses restricted"
                        + " volume type \"hostPath\"), runAsNonRoot != true (pod must not set"
                        + " securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0),"
                        + " seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")");
    }

    @Test
    void theBaselineForbidsWhatReachesTheNode() {
        inNamespaceFor("baseline");
        create("{containers: [{name: a, image: x}]}").ok();
        assertThat(refused("{hostNetwork: true, hostPID: true, volumes: [{name: v, hostPath: {path: /}}], containers:"
                        + " [{name: a, image: x, ports: [{containerPort: 80, hostPort: 80}], securityContext: {privileged:"
                        + " true, capabilities: {add: [SYS_ADMIN]}}}]}"))
                .isEqualTo("pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": non-default capabilities"
                        + " (container \"a\" must not include \"SYS_ADMIN\" in securityContext.capabilities.add), host"
                        + " namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volume \"v\"), hostPort"
                        + " (container \"a\" uses hostPort 80), privileged (container \"a\" must not set"
                        + " securityContext.privileged=true)");
    }
}
