package dev.relevo.platform.running;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build of a job.
 *
 * @param path of its page, with a slash at its end
 */
public record Build(JenkinsApi api, String path) {
    private static final Duration END = Duration.ofMinutes(10);
    private static final Pattern END_OF_LOG =
            Pattern.compile("^(?:\\[[^]]*] )?Finished: (\\w+)\\R?\\z", Pattern.MULTILINE);
    private static final Pattern STAGE = Pattern.compile("\\[Pipeline] \\{ \\((.*)\\)$");
    private static final Pattern STEP = Pattern.compile("\\[Pipeline] (\\w+)$");

    /**
     * How it ended, in Jenkins' words, once it has. The log's last line says it, with or without a time before it: a page shows the
     * result so far, for example what the junit step set, also for the moment between the end of the program and that of the build.
     */
    public String result() throws Exception {
        return Waiting.until("end of " + path, END, () -> {
            Matcher end = END_OF_LOG.matcher(log());
            return end.find() ? Optional.of(end.group(1)) : Optional.empty();
        });
    }

    public String log() throws Exception {
        return api.find(path + "consoleText").orElse("");
    }

    /** Waits until the log says it. */
    public void says(String text) throws Exception {
        Waiting.until(
                "[" + text + "] in the log of " + path,
                END,
                () -> log().contains(text) ? Optional.of(text) : Optional.empty());
    }

    public void abort() throws Exception {
        api.post(path + "stop", Map.of());
    }

    public String description() throws Exception {
        return api.json(path + "api/json?tree=description").path("description").asText();
    }

    /** From its begin to its end. */
    public Duration duration() throws Exception {
        return Duration.ofMillis(
                api.json(path + "api/json?tree=duration").path("duration").asLong());
    }

    /**
     * The result of a deploy that it archived.
     *
     * @param directory of the project, with a slash at its end, or empty
     */
    public JsonNode deploy(String directory) throws Exception {
        return api.json(path + "artifact/" + directory + ".relevo/deploy.json").path("result");
    }

    /** The steps that ran in each stage, as the log tells them; those outside of all stages under an empty name. */
    public Map<String, List<String>> stepsByStage() throws Exception {
        Map<String, List<String>> stages = new LinkedHashMap<>();
        String stage = "";
        for (String line : log().lines().toList()) {
            Matcher entered = STAGE.matcher(line);
            Matcher step = STEP.matcher(line);
            if (entered.find()) {
                stage = entered.group(1);
            } else if (line.endsWith("[Pipeline] // stage")) {
                stage = "";
            } else if (step.find()) {
                stages.computeIfAbsent(stage, name -> new ArrayList<>()).add(step.group(1));
            }
        }
        return stages;
    }
}
