package dev.relevo.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.config.VerifyConfig.HttpCheck;
import java.util.Map;
import java.util.Optional;

/**
 * Compares an answer with what a check expects.
 *
 * @param check what is expected
 */
public record SmokeCheck(HttpCheck check) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int SHOWN = 200;

    /** The request to send. */
    public HttpAsk ask() {
        return new HttpAsk(check.method(), check.path(), check.headers(), check.port(), check.timeout());
    }

    /** What is wrong with the answer; empty when it is as expected. */
    public Optional<String> complaint(HttpReply reply) {
        if (reply.status() != check.status()) {
            return Optional.of(what() + " answered " + reply.status() + "; expected " + check.status() + shown(reply));
        }
        if (check.body().isPresent() && !reply.body().contains(check.body().get())) {
            return Optional.of(what() + " does not contain [" + check.body().get() + "]" + shown(reply));
        }
        return check.json().isEmpty() ? Optional.empty() : json(reply);
    }

    private Optional<String> json(HttpReply reply) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(reply.body());
        } catch (JsonProcessingException e) {
            return Optional.of(what() + " is not JSON" + shown(reply));
        }
        for (Map.Entry<String, String> field : check.json().entrySet()) {
            JsonNode found = tree.at(field.getKey());
            String text = found.isValueNode() ? found.asText() : found.isMissingNode() ? "nothing" : found.toString();
            if (!field.getValue().equals(text)) {
                return Optional.of(
                        what() + " has [" + text + "] at " + field.getKey() + "; expected [" + field.getValue() + "]");
            }
        }
        return Optional.empty();
    }

    /** The request in a few words. */
    public String what() {
        return check.method() + " " + check.path();
    }

    private static String shown(HttpReply reply) {
        String line = reply.body().strip().replaceAll("\\s+", " ");
        if (line.isEmpty()) {
            return "";
        }
        return ": " + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line);
    }
}
