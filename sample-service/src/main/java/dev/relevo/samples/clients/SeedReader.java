package dev.relevo.samples.clients;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads and checks the seed file as a whole, so that a file with one wrong entry changes nothing. */
@Singleton
final class SeedReader {
    private final JsonMapper json;
    private final Validator validator;

    SeedReader(JsonMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * Reads the file.
     *
     * @return its entries by rising identifier, empty when there is no such file
     * @throws SeedException when the file cannot be read, is not JSON, or has an entry that is not valid
     */
    List<SeedFile.Entry> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<SeedFile.Entry> entries = Optional.ofNullable(parse(file))
                .map(SeedFile::clients)
                .orElseThrow(() -> new SeedException(file, "has no list \"clients\"", null));
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            check(file, "entry " + (i + 1), entries.get(i), ids);
        }
        // One order for every replica: two that insert at once can wait for each other but never in a circle.
        return entries.stream().sorted(Comparator.comparing(SeedFile.Entry::id)).toList();
    }

    private SeedFile parse(Path file) {
        try {
            return json.readValue(Files.readAllBytes(file), SeedFile.class);
        } catch (IOException e) {
            throw new SeedException(file, "cannot be read: " + firstLine(e), e);
        }
    }

    private void check(Path file, String where, SeedFile.Entry entry, Set<Long> ids) {
        if (entry == null) {
            throw new SeedException(file, "is not valid: " + where + " is null", null);
        }
        if (entry.id() == null || entry.id() < 1 || entry.id() > SeedFile.LAST_ID) {
            String id = "is not valid: the id [" + entry.id() + "] of " + where + " is not within 1 to ";
            throw new SeedException(file, id + SeedFile.LAST_ID, null);
        }
        if (!ids.add(entry.id())) {
            throw new SeedException(file, "is not valid: the id [" + entry.id() + "] is there twice", null);
        }
        validator.validate(entry.draft()).stream()
                .min(Comparator.comparing(SeedReader::text))
                .ifPresent(violation -> {
                    throw new SeedException(file, "is not valid: " + where + ": " + text(violation), null);
                });
    }

    private static String text(ConstraintViolation<?> violation) {
        return violation.getPropertyPath() + " [" + violation.getInvalidValue() + "] " + violation.getMessage();
    }

    private static String firstLine(IOException e) {
        return e.getClass().getSimpleName() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
