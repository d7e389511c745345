package dev.relevo.platform.running;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Jenkins as its HTTP API shows it to the administrator. */
public final class JenkinsApi {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final URI address;
    private final String login;

    // A crumb is worth something only together with the session that it was given to.
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    JenkinsApi(URI address, String user, String password) {
        this.address = address;
        this.login =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it answers its administrator, which it does when everything is loaded. */
    boolean isUp() throws InterruptedException {
        try {
            return send(request("api/json").GET()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What somebody gets who did not sign in. */
    public HttpResponse<String> anonymously(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    /** A page, or nothing when it is not there. */
    public Optional<String> find(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request(path).GET());
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        return Optional.of(expected(response));
    }

    /** A page that has to be there. */
    public String text(String path) throws IOException, InterruptedException {
        return expected(send(request(path).GET()));
    }

    public JsonNode json(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(text(path));
    }

    void download(String path, Path to) throws IOException, InterruptedException {
        HttpResponse<Path> response = http.send(request(path).GET().build(), BodyHandlers.ofFile(to));
        if (response.statusCode() != 200) {
            throw new IOException(path + " answered " + response.statusCode());
        }
    }

    /** Sends a form. */
    public HttpResponse<String> post(String path, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return post(path, "application/x-www-form-urlencoded", body);
    }

    /**
     * Runs a script on the controller, as the administrator may.
     *
     * @return what it returned
     */
    public String script(String groovy) throws IOException, InterruptedException {
        return post("scriptText", Map.of("script", "print(" + groovy + ")"))
                .body()
                .strip();
    }

    /** Makes a job with a pipeline that is written in the job itself, run in the sandbox. */
    public Job pipeline(String name, String script) throws IOException, InterruptedException {
        post("createItem?name=" + name, "application/xml", """
                <flow-definition>
                  <definition class="org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition">
                    <script>%s</script>
                    <sandbox>true</sandbox>
                  </definition>
                </flow-definition>
                """.formatted(escaped(script)));
        return new Job(this, "job/" + name + "/");
    }

    /** Makes a job with the pipeline that a file of a repository's branch main holds. */
    public Job pipelineFrom(String name, Repository repository, String file) throws IOException, InterruptedException {
        post("createItem?name=" + name, "application/xml", """
                <flow-definition>
                  <definition class="org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition">
                    <scm class="hudson.plugins.git.GitSCM">
                      <configVersion>2</configVersion>
                      <userRemoteConfigs><hudson.plugins.git.UserRemoteConfig>
                        <url>%s</url>
                      </hudson.plugins.git.UserRemoteConfig></userRemoteConfigs>
                      <branches><hudson.plugins.git.BranchSpec><name>main</name></hudson.plugins.git.BranchSpec></branches>
                    </scm>
                    <scriptPath>%s</scriptPath>
                    <lightweight>true</lightweight>
                  </definition>
                </flow-definition>
                """.formatted(escaped(repository.address()), escaped(file)));
        return new Job(this, "job/" + name + "/");
    }

    /**
     * A job that is there.
     *
     * @param names the folders around it and its own name
     */
    public Job job(String... names) {
        StringBuilder path = new StringBuilder();
        for (String name : names) {
            path.append("job/")
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
                    .append('/');
        }
        return new Job(this, path.toString());
    }

    private HttpResponse<String> post(String path, String type, String body) throws IOException, InterruptedException {
        JsonNode crumb = json("crumbIssuer/api/json");
        HttpResponse<String> response = send(request(path)
                .header("Content-Type", type)
                .header(
                        crumb.path("crumbRequestField").asText(),
                        crumb.path("crumb").asText())
                .POST(BodyPublishers.ofString(body)));
        expected(response);
        return response;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", login)
                .timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String expected(HttpResponse<String> response) throws IOException {
        if (response.statusCode() >= 400) {
            throw new IOException(response.request().method() + " " + response.uri() + " answered "
                    + response.statusCode() + ":\n" + response.body());
        }
        return response.body();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
