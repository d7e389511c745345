package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The schema of the Compose specification, where {@code COMPOSE_SPEC_SCHEMA} names it. */
public final class ComposeSpecification {
    private ComposeSpecification() {}

    /** The file is valid; skips the test where no schema is given. */
    public static void assertTakes(JsonNode compose) throws IOException {
        Optional<String> schema = Optional.ofNullable(System.getenv("COMPOSE_SPEC_SCHEMA"));
        assumeTrue(
                schema.isPresent(),
                "COMPOSE_SPEC_SCHEMA is not set; set it to schema/compose-spec.json of the Compose specification");

        // Its $id is no absolute address, which the validator would not take.
        String text = Files.readString(Path.of(schema.orElseThrow())).replaceFirst("\"\\$id\"\\s*:[^,]*,", "");
        Schema specification =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text);

        assertThat(specification.validate(compose)).isEmpty();
    }
}
