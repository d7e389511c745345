package dev.relevo.platform.running;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job of the controller.
 *
 * @param path of its page, with a slash at its end
 */
public record Job(JenkinsApi api, String path) {
    private static final Duration QUEUE = Duration.ofMinutes(3);

    /** Asks for a build and returns when it has begun. */
    public Build start() throws Exception {
        return begun(api.post(path + "build", Map.of()));
    }

    public Build start(Map<String, String> parameters) throws Exception {
        return begun(api.post(path + "buildWithParameters", parameters));
    }

    private Build begun(HttpResponse<String> queued) throws Exception {
        String item = URI.create(queued.headers().firstValue("Location").orElseThrow())
                        .getPath()
                        .substring(1) + "api/json";
        return Waiting.until("build of " + path, QUEUE, () -> {
            int number = api.json(item).at("/executable/number").asInt();
            return number > 0 ? Optional.of(build(number)) : Optional.empty();
        });
    }

    /** A build by its number, which need not have begun. */
    public Build build(int number) {
        return new Build(api, path + number + "/");
    }

    /**
     * The jobs of a multibranch job.
     *
     * @param count how many there have to be
     */
    public List<Job> branches(int count) throws Exception {
        return Waiting.until(count + " branches of " + path, QUEUE, () -> {
            List<Job> jobs = new ArrayList<>();
            for (JsonNode url : api.json(path + "api/json?tree=jobs[url]").findValues("url")) {
                // As it was sent: names of branches are encoded twice.
                jobs.add(new Job(api, URI.create(url.asText()).getRawPath().substring(1)));
            }
            return jobs.size() == count ? Optional.of(jobs) : Optional.empty();
        });
    }
}
