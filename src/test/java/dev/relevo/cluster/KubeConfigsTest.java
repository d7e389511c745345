package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A kubeconfig")
class KubeConfigsTest {
    private static final List<Function<Config, Object>> SETTINGS = List.of(
            Config::getMasterUrl,
            Config::getNamespace,
            Config::getCaCertFile,
            Config::getCaCertData,
            Config::isTrustCerts,
            Config::getTlsServerName,
            Config::getClientCertFile,
            Config::getClientCertData,
            Config::getClientKeyFile,
            Config::getClientKeyData,
            Config::getUsername,
            Config::getPassword,
            Config::getAutoOAuthToken,
            Config::getHttpsProxy,
            config -> config.getCurrentContext().getName());

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"files", "data", "basic", "exec"})
    void meansWhatTheClientLibraryReadsInIt(String context) throws IOException {
        Path file = kubeconfig();

        Config ours = KubeConfigs.resolve(Optional.of(file), Optional.of(context));

        Config theirs = Config.fromKubeconfig(context, file.toFile());
        for (Function<Config, Object> setting : SETTINGS) {
            assertThat(setting.apply(ours)).isEqualTo(setting.apply(theirs));
        }
    }

    @Test
    void namesItsCertificatesAndProgramsFromItsOwnFolder() throws IOException {
        Config files = KubeConfigs.resolve(Optional.of(kubeconfig()), Optional.of("files"));
        assertThat(files.getCaCertFile()).isEqualTo(folder.resolve("pki/ca.crt").toString());
        assertThat(files.getClientKeyFile()).isEqualTo("/etc/keys/client.key");

        Config exec = KubeConfigs.resolve(Optional.of(kubeconfig()), Optional.of("exec"));
        assertThat(exec.getAutoOAuthToken()).isEqualTo("token-of-the-program");
    }

    @Test
    void mayKeepItsTokenInAFileAndActAsSomebodyElse() throws IOException {
        Path file = kubeconfig();
        Files.writeString(folder.resolve("token"), "token-of-the-file\n");

        Config byToken = KubeConfigs.resolve(Optional.of(file), Optional.of("token"));
        assertThat(byToken.getOauthTokenProvider().getToken()).isEqualTo("token-of-the-file");

        Config data = KubeConfigs.resolve(Optional.of(file), Optional.of("data"));
        assertThat(data.getImpersonateUsername()).isEqualTo("somebody");
        assertThat(data.getImpersonateGroups()).containsExactly("deployers");

        Files.delete(folder.resolve("token"));
        assertThatThrownBy(() -> KubeConfigs.resolve(Optional.of(file), Optional.of("token")))
                .hasMessageContaining(folder.resolve("token").toString());
    }

    @Test
    void withAValueOfTheWrongTypeIsRefusedWithoutShowingIt() throws IOException {
        Path file = kubeconfig();
        Files.writeString(file, Files.readString(file).replace("password: secret", "password: [hunter2]"));

        assertThatThrownBy(() -> KubeConfigs.resolve(Optional.of(file), Optional.of("basic")))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("wrong type")
                .hasMessageNotContaining("hunter2");
    }

    private Path kubeconfig() throws IOException {
        Path program = folder.resolve("bin/login");
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(program, """
                #!/bin/sh
                echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
                echo '"status": {"token": "token-of-the-program"}}'
                """);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                extensions: [{name: any, extension: {kind: Unknown}}]
                preferences: {colors: true}
                current-context: data
                clusters:
                - name: remote
                  cluster:
                    server: https://api.example:6443
                    certificate-authority: pki/ca.crt
                    tls-server-name: kubernetes
                    extensions: [{name: cluster_info, extension: {provider: minikube.sigs.k8s.io, version: v1}}]
                - name: near
                  cluster:
                    server: https://10.0.0.1
                    certificate-authority-data: Q0E=
                    proxy-url: http://proxy.example:3128
                - name: loose
                  cluster: {server: http://127.0.0.1:8080, insecure-skip-tls-verify: true}
                users:
                - name: by-file
                  user: {client-certificate: pki/client.crt, client-key: /etc/keys/client.key}
                - name: by-data
                  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ, as: somebody, as-groups: [deployers]}
                - name: by-name
                  user: {username: admin, password: secret}
                - name: by-token
                  user: {tokenFile: token}
                - name: by-program
                  user:
                    exec:
                      apiVersion: client.authentication.k8s.io/v1
                      command: ./bin/login
                      interactiveMode: Never
                contexts:
                - name: files
                  context:
                    cluster: remote
                    user: by-file
                    namespace: shop
                    extensions: [{name: context_info, extension: {last-update: today}}]
                - {name: data, context: {cluster: near, user: by-data}}
                - {name: token, context: {cluster: near, user: by-token}}
                - {name: basic, context: {cluster: loose, user: by-name}}
                - {name: exec, context: {cluster: loose, user: by-program}}
                """);
    }
}
