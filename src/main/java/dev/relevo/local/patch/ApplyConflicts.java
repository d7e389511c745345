package dev.relevo.local.patch;

import dev.relevo.local.store.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects whose fields an apply would change, and says so in the words of the API server. */
final class ApplyConflicts {
    private final Map<String, Set<FieldPath>> byOwner = new TreeMap<>();

    void add(Owners.Owner owner, Set<FieldPath> fields) {
        byOwner.put(owner.describe(), fields);
    }

    /**
     * @throws ApiError 409 when there is any conflict
     */
    void raise() {
        if (byOwner.isEmpty()) {
            return;
        }
        List<ApiError.Cause> causes = new ArrayList<>();
        StringBuilder list = new StringBuilder();
        byOwner.forEach((owner, fields) -> {
            list.append(list.isEmpty() ? "" : "\n")
                    .append("conflicts with ")
                    .append(owner)
                    .append(':');
            for (FieldPath field : fields) {
                list.append("\n- ").append(field);
                causes.add(new ApiError.Cause("FieldManagerConflict", "conflict with " + owner, field.toString()));
            }
        });
        String message = causes.size() == 1
                ? "Apply failed with 1 conflict: " + causes.get(0).message() + ": "
                        + causes.get(0).field()
                : "Apply failed with " + causes.size() + " conflicts: " + list;
        throw ApiError.applyConflict(message, causes);
    }
}
