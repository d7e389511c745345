package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.relevo.jenkins.NeedsCurl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A script of the platform")
class ScriptsTest {
    private static final Path FOLDER = Path.of("jenkins-image").toAbsolutePath();
    private static final String SECRET = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private Ended run(Map<String, String> variables, String... command) throws Exception {
        return Ended.run(folder, variables, command);
    }

    private Ended download(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(FOLDER.resolve("download").toString()));
        command.addAll(Arrays.asList(arguments));
        return run(Map.of(), command.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "download", "agent/connect-agent"})
    void isFreeOfTheMistakesThatShellcheckKnows(String script) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/shellcheck")), "there is no shellcheck on this machine");

        Ended check = run(Map.of(), "shellcheck", FOLDER.resolve(script).toString());

        assertThat(check.out()).isEmpty();
        assertThat(check.code()).isZero();
    }

    @Test
    void downloadExplainsItself() throws Exception {
        assertThat(download("--help").out()).contains("download [--version VERSION] [--plugins FILE] FOLDER");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                          | no folder was given
            a b                         | [a] and [b] are two folders; expected one
            --newest a                  | [--newest] is no option; expected --version VERSION, --plugins FILE or --help
            a --version                 | [--version] is the last argument; expected its value after it
            --version latest a          | [latest] is no version of Jenkins LTS; expected one such as 2.568.2
            --version 2.568.2-rc1 a     | [2.568.2-rc1] is no version of Jenkins LTS
            --plugins /no/such/list a   | the list of plugins [/no/such/list] cannot be read
            """)
    void downloadRefusesWhatItCannotUseBeforeItFetchesAnything(String arguments, String said) throws Exception {
        Ended refused = download(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(said);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void upMakesSecretsOnceThatOthersOnThisMachineCannotReach() throws Exception {
        Path copy = Files.createDirectories(folder.resolve("project/jenkins-image"));
        Files.copy(FOLDER.resolve("up"), copy.resolve("up"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);

        Ended first = run(Map.of(), copy.resolve("up").toString(), "--secrets-only");
        String password = Files.readString(copy.resolve(".secrets/admin-password"));
        Ended second = run(Map.of(), copy.resolve("up").toString(), "--secrets-only");

        assertThat(first.code()).isZero();
        assertThat(second.code()).isZero();
        assertThat(password).matches("[0-9a-f]{64}");
        assertThat(first.err() + second.err()).doesNotContain(password);
        assertThat(copy.resolve(".secrets/admin-password")).hasContent(password);
        assertThat(Files.readString(copy.resolve(".secrets/agent-password"))).isNotEqualTo(password);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve(".secrets"))))
                .isEqualTo("rwx------");
    }

    private static HttpServer controller(String agent, int status, String answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String login =
                "Basic " + Base64.getEncoder().encodeToString("agent:pass word\"".getBytes(StandardCharsets.UTF_8));
        server.createContext("/computer/" + agent, exchange -> {
            boolean known = login.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = (known ? answer : "who are you?").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? status : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private Ended connect(HttpServer server, String... arguments) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "pass word\"\n");
        Path agent = folder.resolve("agent");
        Files.writeString(agent, """
                #!/bin/sh
                echo "$* ${JENKINS_URL-none} ${JENKINS_AGENT_NAME-none} $(cat "${4#@}")"
                """);
        assertThat(agent.toFile().setExecutable(true)).isTrue();
        Map<String, String> variables = new HashMap<>();
        variables.put("JENKINS_URL", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        variables.put("JENKINS_AGENT_NAME", "relevo-1");
        variables.put("JENKINS_AGENT_USER", "agent");
        variables.put("JENKINS_AGENT_PASSWORD_FILE", password.toString());
        variables.put("JENKINS_AGENT_PROGRAM", agent.toString());
        List<String> command =
                new ArrayList<>(List.of(FOLDER.resolve("agent/connect-agent").toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            return run(variables, command.toArray(String[]::new));
        } finally {
            server.stop(0);
        }
    }

    @Test
    @NeedsCurl
    void connectAgentBecomesTheAgentWithTheSecretInAFile() throws Exception {
        Ended agent = connect(controller(
                "relevo-1/jenkins-agent.jnlp",
                200,
                "<jnlp><argument>" + SECRET + "</argument><argument>relevo-1</argument></jnlp>"));

        assertThat(agent.err()).isEmpty();
        assertThat(agent.out())
                .matches("-url http://127\\.0\\.0\\.1:\\d+/ -secret @/\\S+ -name relevo-1 -webSocket none none "
                        + SECRET + "\n");
    }

    @Test
    @NeedsCurl
    void connectAgentSaysWhatToCheckWhenTheControllerRefuses() throws Exception {
        Ended refused = connect(controller("relevo-1/jenkins-agent.jnlp", 403, "no"));

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("does not tell the secret of its agent [relevo-1]", "that [agent] may connect it")
                .doesNotContain("pass word");
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 1"})
    @NeedsCurl
    void connectAgentTellsWhetherItIsConnected(boolean offline, int code) throws Exception {
        assertThat(connect(controller("relevo-1/api/json", 200, "{\"offline\":" + offline + "}"), "--check")
                        .code())
                .isEqualTo(code);
    }

    @Test
    void connectAgentNamesTheVariableThatIsMissing() throws Exception {
        Ended refused = run(Map.of(), FOLDER.resolve("agent/connect-agent").toString());

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("connect-agent: JENKINS_URL is not set\n");
    }

    @Test
    void haproxyAcceptsItsConfiguration() throws Exception {
        Path haproxy = Path.of("/usr/sbin/haproxy");
        assumeTrue(Files.isExecutable(haproxy), "there is no haproxy on this machine");

        Ended check = run(
                Map.of(),
                haproxy.toString(),
                "-c",
                "-f",
                FOLDER.resolve("haproxy.cfg").toString());

        assertThat(check.err() + check.out()).contains("Configuration file is valid");
    }
}
