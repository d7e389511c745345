package dev.relevo.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The configuration of the manifests on this machine. What is replaced: paths of files, the address of Alertmanager, and where
 * targets are found. A job's targets come from the file {@code targets/<job>.json} with the very labels that discovery in a cluster
 * would give them, so all relabelling is the manifests' own. For a test that waits for an alert also all waiting times.
 *
 * @param folder where everything is put
 */
record LocalConfig(Path folder) {
    Path prometheus() {
        return folder.resolve("prometheus.yaml");
    }

    Path alertmanager() {
        return folder.resolve("alertmanager.yaml");
    }

    Path rules() {
        return folder.resolve("rules");
    }

    /** Writes Prometheus' configuration and rules. */
    void writePrometheus(Stack stack, String alertmanager, boolean hasty) throws IOException {
        Files.createDirectories(rules());
        Files.createDirectories(folder.resolve("targets"));
        for (Map.Entry<String, String> file : stack.rules().entrySet()) {
            String text = hasty ? file.getValue().replaceAll("(?m)^( +for): .+$", "$1: 1s") : file.getValue();
            Files.writeString(rules().resolve(file.getKey()), text);
        }
        String secret = Files.writeString(folder.resolve("secret"), "none").toString();
        ObjectNode config = (ObjectNode) YamlFile.parse(stack.file("prometheus", "prometheus.yaml"));
        config.putArray("rule_files").add(rules() + "/*.yaml");
        ((ObjectNode) config.at("/alerting/alertmanagers/0/static_configs/0"))
                .putArray("targets")
                .add(alertmanager);
        if (hasty) {
            ((ObjectNode) config.path("global"))
                    .put("scrape_interval", "1s")
                    .put("scrape_timeout", "1s")
                    .put("evaluation_interval", "1s");
        }
        for (JsonNode job : config.path("scrape_configs")) {
            ObjectNode own = (ObjectNode) job;
            if (own.has("kubernetes_sd_configs") || own.has("file_sd_configs")) {
                own.remove("kubernetes_sd_configs");
                String file = folder.resolve("targets/" + own.path("job_name").asText() + ".json")
                        .toString();
                own.putArray("file_sd_configs").addObject().putArray("files").add(file);
            }
            if (own.path("authorization") instanceof ObjectNode token) {
                token.put("credentials_file", secret);
            }
            if (own.path("basic_auth") instanceof ObjectNode login) {
                login.put("password_file", secret);
            }
        }
        new ObjectMapper().writeValue(prometheus().toFile(), config);
    }

    /** What discovery finds for a job: each target's address and labels. */
    void targets(String job, Map<String, Map<String, String>> found) throws IOException {
        var list = new ObjectMapper().createArrayNode();
        found.forEach((address, labels) -> {
            ObjectNode group = list.addObject();
            group.putArray("targets").add(address);
            labels.forEach(group.putObject("labels")::put);
        });
        new ObjectMapper().writeValue(folder.resolve("targets/" + job + ".json").toFile(), list);
    }

    /**
     * Writes Alertmanager's configuration.
     *
     * @param webhook where Slack is
     */
    void writeAlertmanager(Stack stack, String webhook) throws IOException {
        Path url = Files.writeString(folder.resolve("url"), webhook);
        Files.writeString(folder.resolve("relevo.tmpl"), stack.file("alertmanager", "relevo.tmpl"));
        Files.writeString(
                alertmanager(),
                stack.file("alertmanager", "alertmanager.yaml")
                        .replace("/run/secrets/slack/url", url.toString())
                        .replace("/etc/alertmanager/", folder + "/")
                        .replaceAll("group_wait: \\d+s", "group_wait: 1s"));
    }
}
