package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedService.class)
@DisplayName("What operators and browsers get")
class OperationTest {
    private final Caller caller;

    OperationTest(Service service) {
        this.caller = service.caller();
    }

    @Test
    void every_answer_names_the_version_and_the_pod() throws Exception {
        JsonNode version = caller.get("/version").json();

        assertThat(version.get("version").asText()).startsWith("1.").doesNotContain("$");
        assertThat(version.get("pod").asText()).isEqualTo("pod-of-the-test");
        for (String path : new String[] {"/", "/clients", "/get/4711", "/nowhere", "/health/readiness"}) {
            Answer answer = caller.get(path);
            assertThat(answer.header("X-App-Version"))
                    .as(path)
                    .isEqualTo(version.get("version").asText());
            assertThat(answer.header("X-App-Pod")).as(path).isEqualTo("pod-of-the-test");
            assertThat(answer.header("Connection")).as(path).isNotEqualToIgnoringCase("close");
        }
    }

    @Test
    void the_page_comes_with_all_its_parts_from_the_service_itself() throws Exception {
        Answer page = caller.get("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'self'");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        Matcher parts = Pattern.compile("(?:src|href)=\"(/?[\\w.-]+\\.(?:css|js|svg))\"")
                .matcher(page.body());
        int found = 0;
        while (parts.find()) {
            Answer part = caller.get("/" + parts.group(1));
            assertThat(part.status()).as(parts.group(1)).isEqualTo(200);
            assertThat(part.body()).doesNotContain("https://");
            found++;
        }
        assertThat(found).isEqualTo(4);
    }

    @Test
    void the_openapi_document_describes_every_path() throws Exception {
        Answer document = caller.get("/openapi/openapi.yml");

        assertThat(document.status()).isEqualTo(200);
        assertThat(document.body())
                .startsWith("openapi: 3")
                .contains("/clients:", "/clients/{id}:", "/getall:", "/get/{id}:", "/add:", "/version:");
    }
}
