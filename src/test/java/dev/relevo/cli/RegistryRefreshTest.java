package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.TestApi;
import dev.relevo.platform.running.UnansweredPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a CronJob runs it: a process with nothing but its variables, a service that plays ECR, and an API server. */
class RegistryRefreshTest {
    private static final Map<String, String> KEYS = Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI", "AWS_REGION", "eu-west-1");

    @TempDir
    Path folder;

    private TestApi api;
    private FakeEcr ecr;

    @BeforeEach
    void open() throws IOException {
        api = TestApi.open(folder.resolve("api")).withNamespace();
        ecr = new FakeEcr();
    }

    @AfterEach
    void close() {
        ecr.close();
        api.close();
    }

    @Test
    void a_new_login_goes_into_the_secret_and_nowhere_else() throws Exception {
        Run run = refresh(KEYS);

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .isEqualTo("Secret/pull in " + api.namespace() + ": AWS at " + FakeEcr.REGISTRY
                        + " until 2030-01-01T12:00:00Z\n");
        assertThat(ecr.requests()).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
            assertThat(request.authorization())
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains("/eu-west-1/ecr/aws4_request", "SignedHeaders=", "Signature=");
        });
        assertThat(auths()).hasSize(1);
        JsonNode login = auths().path(FakeEcr.REGISTRY);
        assertThat(login.path("username").asText()).isEqualTo("AWS");
        assertThat(login.path("password").asText()).isEqualTo(FakeEcr.PASSWORD);
        assertThat(new String(Base64.getDecoder().decode(login.path("auth").asText()), StandardCharsets.UTF_8))
                .isEqualTo("AWS:" + FakeEcr.PASSWORD);
    }

    @Test
    void other_registries_logins_stay_and_more_registries_can_be_named() throws Exception {
        secret("kubernetes.io/dockerconfigjson", ".dockerconfigjson", """
                {"auths": {"ghcr.io": {"auth": "eDp5"}, "%s": {"auth": "b2xkOm9sZA=="}}}
                """.formatted(FakeEcr.REGISTRY));

        Run run = refresh(KEYS, "--registry", "999.dkr.ecr.eu-west-1.amazonaws.com");

        assertThat(run.status()).isZero();
        assertThat(auths().at("/ghcr.io/auth").asText()).isEqualTo("eDp5");
        assertThat(auths().path(FakeEcr.REGISTRY).path("password").asText()).isEqualTo(FakeEcr.PASSWORD);
        assertThat(auths().path("999.dkr.ecr.eu-west-1.amazonaws.com")
                        .path("password")
                        .asText())
                .isEqualTo(FakeEcr.PASSWORD);
    }

    @Test
    void a_busy_service_is_asked_again() throws Exception {
        ecr.throttle(2);

        Run run = refresh(KEYS);

        assertThat(run.status()).isZero();
        assertThat(ecr.requests()).hasSize(3);
    }

    @Test
    void the_role_of_the_pods_account_is_used() throws Exception {
        Path token = Files.writeString(folder.resolve("web-identity"), "the.pods.token");

        Run run = refresh(Map.of(
                "AWS_REGION",
                "eu-west-1",
                "AWS_ROLE_ARN",
                "arn:aws:iam::1234:role/pull",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ENDPOINT_URL_STS",
                ecr.url()));

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(ecr.identities()).containsExactly("the.pods.token");
        assertThat(ecr.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.authorization()).contains("Credential=ASIAOFTHEROLE/"));
    }

    @Test
    void a_profile_is_used() throws Exception {
        Path profiles = Files.writeString(folder.resolve("credentials"), """
                [pull]
                aws_access_key_id = AKIDPROFILE
                aws_secret_access_key = secret
                """);

        Run run = refresh(Map.of(
                "AWS_PROFILE", "pull",
                "AWS_SHARED_CREDENTIALS_FILE", profiles.toString(),
                "AWS_REGION", "us-east-1"));

        assertThat(run.status()).isZero();
        assertThat(ecr.requests())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.authorization()).contains("Credential=AKIDPROFILE/", "/us-east-1/ecr/"));
    }

    @Test
    void a_refusal_says_which_right_is_missing() throws Exception {
        ecr.refuse();

        Run run = refresh(KEYS);

        assertThat(run.status()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("error RLV-411: ECR refuses to give a login: AccessDeniedException: User is not authorized")
                .contains("ecr:GetAuthorizationToken");
        assertThat(ecr.requests()).as("asking again would not help").hasSize(1);
        assertThat(api.cluster().get(ref())).isEmpty();
    }

    @Test
    void without_credentials_or_a_region_the_first_line_says_so() throws Exception {
        assertThat(refresh(Map.of("AWS_REGION", "eu-west-1")).err())
                .startsWith("error RLV-411: There are no credentials for AWS");
        assertThat(refresh(Map.of("AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b"))
                        .err())
                .startsWith("error RLV-411: It is not known in which region of AWS the registry is");
    }

    @Test
    void a_service_that_is_not_there_is_told_from_one_that_refuses() throws Exception {
        try (UnansweredPort port = new UnansweredPort()) {
            Run run = refresh(KEYS, "--endpoint", "http://" + port.authority());

            assertThat(run.status()).isEqualTo(5);
            assertThat(run.err()).startsWith("error RLV-411: ECR cannot be reached: ");
        }
    }

    @Test
    void an_answer_without_a_login_changes_nothing() throws Exception {
        ecr.runDry();

        Run run = refresh(KEYS, "--registry", "other.example");

        assertThat(run.status()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("error RLV-411: ECR's answer holds no login that can be read")
                .contains("really ECR?");
        assertThat(api.cluster().get(ref())).isEmpty();
    }

    @Test
    void a_secret_of_another_kind_is_left_as_it_is() throws Exception {
        secret("Opaque", "password", "mine");

        Run run = refresh(KEYS);

        assertThat(run.status()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("error RLV-412: Secret/pull in " + api.namespace()
                        + " is of type [Opaque], not [kubernetes.io/dockerconfigjson]")
                .doesNotContain(FakeEcr.PASSWORD);
        assertThat(api.cluster().get(ref()).orElseThrow().strings("/data")).containsOnlyKeys("password");
    }

    private Run refresh(Map<String, String> variables, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.relevo.cli.Main",
                "registry",
                "refresh",
                "--provider=ecr",
                "--secret=pull",
                "-n",
                api.namespace()));
        if (!List.of(more).contains("--endpoint")) {
            command.addAll(List.of("--endpoint", ecr.url()));
        }
        command.addAll(List.of(more));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        process.environment().clear();
        process.environment().put("KUBECONFIG", api.kubeconfig().toString());
        process.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        process.environment().put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        process.environment()
                .putIfAbsent(
                        "AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        process.environment().putAll(variables);
        int status = process.start().waitFor();
        return new Run(status, Files.readString(out), Files.readString(err));
    }

    private void secret(String type, String key, String value) {
        api.cluster()
                .create(KubeObject.named(ref())
                        .with(tree -> tree.put("type", type)
                                .putObject("data")
                                .put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))));
    }

    private JsonNode auths() throws IOException {
        KubeObject live = api.cluster().get(ref()).orElseThrow();
        assertThat(live.at("/type").asText()).isEqualTo("kubernetes.io/dockerconfigjson");
        String data = live.strings("/data").get(".dockerconfigjson");
        return new ObjectMapper().readTree(Base64.getDecoder().decode(data)).path("auths");
    }

    private ObjectRef ref() {
        return new ObjectRef(Kind.SECRET, api.namespace(), "pull");
    }

    private record Run(int status, String out, String err) {}
}
