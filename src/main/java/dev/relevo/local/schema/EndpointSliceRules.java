package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import java.util.List;

/** EndpointSlices: the family of their addresses is settled at creation. */
final class EndpointSliceRules implements KindRules {
    private static final List<String> FAMILIES = List.of("FQDN", "IPv4", "IPv6");

    @Override
    public void applyDefaults(ObjectNode slice) {
        NetworkDefaults.endpointSlice(slice);
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode family = change.after().path("addressType");
        if (family.asText("").isEmpty()) {
            errors.required("addressType", "");
        } else if (!FAMILIES.contains(family.asText())) {
            errors.notSupported("addressType", family, FAMILIES);
        }
        JsonNode endpoints = change.after().path("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).path("addresses").isEmpty()) {
                errors.required("endpoints[" + i + "].addresses", "must contain at least 1 address");
            }
        }
        change.before().ifPresent(before -> {
            if (!before.path("addressType").equals(family)) {
                errors.invalid("addressType", family, "field is immutable");
            }
        });
    }
}
