package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.List;

/**
 * What the server answered.
 *
 * @param code the HTTP status
 * @param body the JSON tree, missing when the body is none
 * @param headers the headers
 */
record Answer(int code, JsonNode body, HttpHeaders headers) {
    /** The value at a JSON pointer. */
    JsonNode at(String pointer) {
        return body.at(pointer);
    }

    String text(String pointer) {
        return body.at(pointer).asText();
    }

    String message() {
        return text("/message");
    }

    String version() {
        return text("/metadata/resourceVersion");
    }

    List<String> warnings() {
        return headers.allValues("Warning");
    }

    /** Asserts the status of a success. */
    Answer ok() {
        assertThat(code).as("%s", body).isBetween(200, 299);
        return this;
    }

    /** Asserts a refusal by its status and reason. */
    Answer refused(int expectedCode, String reason) {
        assertThat(code).as("%s", body).isEqualTo(expectedCode);
        assertThat(text("/reason")).as("%s", body).isEqualTo(reason);
        assertThat(text("/kind")).isEqualTo("Status");
        assertThat(text("/status")).isEqualTo("Failure");
        return this;
    }
}
