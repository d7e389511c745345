package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that is done around a deploy: exactly one of a request, a command and a Job.
 *
 * @param name for people and for the record; empty to name it after what it does
 * @param http a request, sent from where Relevo runs
 * @param command a program with its arguments, run in the project's folder; empty for none
 * @param job a Job for the cluster: a file of the project that holds one, or the Job itself
 * @param timeout how long it may take
 */
public record HookConfig(
        @JsonPropertyDescription("What people call it; without it what it does.")
        Optional<String> name,

        @JsonPropertyDescription("A request, sent from where Relevo runs.")
        Optional<HttpCall> http,

        @JsonPropertyDescription("A program with its arguments, run in the project's folder.")
        List<String> command,

        @JsonPropertyDescription("A Job (batch/v1) that runs in the cluster: a file that holds it, or the Job itself.")
        Optional<JsonNode> job,

        @JsonPropertyDescription("How long it may take.") Duration timeout) {
    public HookConfig {
        command = List.copyOf(command);
        // What is left out comes from Jackson as the node that says null.
        job = job.filter(node -> !node.isNull());
        long kinds = Stream.of(http.isPresent(), !command.isEmpty(), job.isPresent())
                .filter(there -> there)
                .count();
        Checks.that(kinds == 1, "hook", kinds + " of http, command and job", "exactly one of them");
        name.ifPresent(text -> Checks.that(!text.isBlank(), "name", text, "a few words, or nothing"));
        Checks.positive("timeout", timeout);
    }

    /**
     * A request.
     *
     * @param url http or https
     * @param method HTTP method
     * @param headers request headers
     * @param headersFrom request headers whose values are secret, and the environment variables that hold them
     * @param body what is sent; {@code {app}}, {@code {environment}}, {@code {namespace}}, {@code {release}}, {@code {image}} and
     *     {@code {revision}} stand for what is deployed
     * @param expect expected status; empty for any of 200 to 299
     */
    public record HttpCall(
            @JsonPropertyDescription("Where to, http or https.")
            String url,

            @JsonPropertyDescription("HTTP method.") String method,

            @JsonPropertyDescription("Request headers.") Map<String, String> headers,

            @JsonPropertyDescription(
                    "Request headers with secret values, and the environment variables that hold them.")
            Map<String, String> headersFrom,

            @JsonPropertyDescription(
                    "What is sent; {app}, {environment}, {namespace}, {release}, {image}, {revision} are filled in.")
            Optional<String> body,

            @JsonPropertyDescription("Expected status; any of 200 to 299 without it.")
            Optional<Integer> expect) {
        public HttpCall {
            Checks.that(url.matches("https?://[^/\\s]+\\S*"), "url", url, "a URL that begins with http:// or https://");
            headers = Map.copyOf(headers);
            headersFrom = Map.copyOf(headersFrom);
            expect.ifPresent(status -> Checks.that(status >= 100 && status <= 599, "expect", status, "100 to 599"));
        }
    }
}
