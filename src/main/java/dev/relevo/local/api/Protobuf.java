package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.relevo.local.api.ProtobufTable.Field;
import dev.relevo.local.store.ApiError;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads the protobuf bodies that kubectl's generators send ({@code kubectl create namespace}, {@code auth can-i}, …). Only
 * the messages of {@link ProtobufTable} are known; a field that is not, and is not zero, is refused rather than lost.
 */
final class Protobuf {
    static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final ProtobufTable table = new ProtobufTable();

    /** A field as it is on the wire. */
    private record Wire(int number, long varint, ByteBuffer bytes) {
        boolean isZero() {
            return varint == 0 && !bytes.hasRemaining();
        }

        String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }

    /**
     * The object in the body.
     *
     * @throws ApiError 400 when the body is damaged, 415 when it holds what is not known here
     */
    ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiError.badRequest("the body does not start like a protobuf object of Kubernetes");
        }
        try {
            ObjectNode envelope = message("Unknown", ByteBuffer.wrap(body, MAGIC.length, body.length - MAGIC.length));
            String kind = envelope.path("typeMeta").path("kind").asText();
            byte[] raw = Base64.getDecoder().decode(envelope.path("raw").asText());
            ObjectNode object = message(kind, ByteBuffer.wrap(raw));
            object.put("kind", kind);
            return object.put(
                    "apiVersion", envelope.path("typeMeta").path("apiVersion").asText());
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw ApiError.badRequest("the protobuf body is damaged: it ends too early");
        }
    }

    private ObjectNode message(String type, ByteBuffer bytes) {
        if (!table.knows(type)) {
            throw unknown("the message " + type);
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            Wire wire = next(bytes);
            Optional<Field> field = table.field(type, wire.number());
            if (field.isPresent()) {
                put(object, field.get(), wire);
            } else if (!isZero(wire)) {
                throw unknown("field " + wire.number() + " of " + type);
            }
        }
        return object;
    }

    private static ApiError unknown(String what) {
        return ApiError.of(
                415,
                "UnsupportedMediaType",
                what + " is not known in protobuf here; send JSON, e.g. with kubectl create -f or kubectl apply -f");
    }

    private void put(ObjectNode object, Field field, Wire wire) {
        if (field.type().equals("ignored") || (wire.isZero() && !field.keepsZero())) {
            return;
        }
        if (field.isMap()) {
            ObjectNode entry = message(field.type(), wire.bytes());
            object.withObjectProperty(field.name())
                    .put(entry.path("key").asText(""), entry.path("value").asText(""));
        } else if (field.isRepeated()) {
            object.withArrayProperty(field.name()).add(value(field, wire));
        } else {
            object.set(field.name(), value(field, wire));
        }
    }

    private JsonNode value(Field field, Wire wire) {
        return switch (field.type()) {
            case "string" -> TextNode.valueOf(wire.text());
            case "bytes" -> {
                byte[] bytes = new byte[wire.bytes().remaining()];
                wire.bytes().duplicate().get(bytes);
                yield TextNode.valueOf(Base64.getEncoder().encodeToString(bytes));
            }
            case "bool" -> BooleanNode.valueOf(wire.varint() != 0);
            case "int" -> LongNode.valueOf(wire.varint());
            case "IntOrString" -> {
                ObjectNode either = message(field.type(), wire.bytes());
                yield either.path("type").asInt() == 1
                        ? TextNode.valueOf(either.path("strVal").asText(""))
                        : LongNode.valueOf(either.path("intVal").asLong());
            }
            default -> message(field.type(), wire.bytes());
        };
    }

    private static Wire next(ByteBuffer bytes) {
        long tag = varint(bytes);
        int number = (int) (tag >>> 3);
        ByteBuffer none = ByteBuffer.allocate(0);
        return switch ((int) (tag & 7)) {
            case VARINT -> new Wire(number, varint(bytes), none);
            case FIXED_64 -> new Wire(number, bytes.getLong(), none);
            case FIXED_32 -> new Wire(number, bytes.getInt(), none);
            case BYTES -> {
                int length = Math.toIntExact(varint(bytes));
                if (length < 0 || length > bytes.remaining()) {
                    throw new BufferUnderflowException();
                }
                ByteBuffer content = bytes.slice(bytes.position(), length);
                bytes.position(bytes.position() + length);
                yield new Wire(number, 0, content);
            }
            default -> throw new BufferUnderflowException();
        };
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException();
    }

    /** Go writes the fields of plain structures even when they are empty: nothing is lost with them. */
    private static boolean isZero(Wire wire) {
        if (wire.isZero()) {
            return true;
        }
        if (wire.varint() != 0) {
            return false;
        }
        try {
            ByteBuffer bytes = wire.bytes().duplicate();
            while (bytes.hasRemaining()) {
                if (!isZero(next(bytes))) {
                    return false;
                }
            }
            return true;
        } catch (BufferUnderflowException | ArithmeticException e) {
            return false;
        }
    }
}
