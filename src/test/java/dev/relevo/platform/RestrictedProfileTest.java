package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestrictedProfileTest {
    private static final String GOOD = """
            securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
            containers:
              - name: app
                ports: [{containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: 8080}}
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            volumes: [{name: tmp, emptyDir: {}}]
            """;

    @Test
    void a_pod_that_asks_for_nothing_special_may_run() throws Exception {
        assertThat(RestrictedProfile.complaints(pod(GOOD))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runAsNonRoot: true, | | container app: runAsNonRoot is not true",
                "seccompProfile: {type: RuntimeDefault} | | container app: has no seccomp profile",
                "allowPrivilegeEscalation: false, | | container app: allowPrivilegeEscalation is not false",
                "drop: [ALL] | drop: [NET_RAW] | container app: does not drop all capabilities",
                "drop: [ALL] | 'drop: [ALL], add: [SYS_ADMIN]' | container app: adds capability SYS_ADMIN",
                "runAsNonRoot: true | 'runAsNonRoot: true, runAsUser: 0' | pod: runs as root",
                "emptyDir: {} | hostPath: {path: /} | volume of type hostPath",
                "containerPort: 8080 | 'containerPort: 8080, hostPort: 80' | container app: host port 80",
                "port: 8080 | 'port: 8080, host: 10.0.0.1' | container app: readinessProbe names a host",
                "allowPrivilegeEscalation: false | 'allowPrivilegeEscalation: false, privileged: true' | container app: privileged",
            })
    void everything_else_is_named(String good, String bad, String complaint) throws Exception {
        JsonNode pod = pod(GOOD.replace(good, bad == null ? "" : bad));

        assertThat(RestrictedProfile.complaints(pod)).containsExactly(complaint);
    }

    @Test
    void the_nodes_own_namespaces_are_not_for_pods() throws Exception {
        assertThat(RestrictedProfile.complaints(pod(GOOD + "hostNetwork: true\nhostPID: true\nhostIPC: true\n")))
                .containsExactly("hostNetwork", "hostPID", "hostIPC");
    }

    private static JsonNode pod(String yaml) throws JsonProcessingException {
        return new YAMLMapper().readTree(yaml);
    }
}
