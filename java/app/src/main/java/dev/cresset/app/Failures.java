package dev.cresset.app;

import dev.cresset.backend.DeviceFailedException;
import dev.cresset.backend.DeviceMemoryException;
import dev.cresset.backend.DeviceUnavailableException;
import dev.cresset.train.NonFiniteLossException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// What a user sees of an exception: one line, and the place in the program only on demand.
final class Failures implements IExecutionExceptionHandler {
    static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        // A mistyped option may be the very one that is missing, so it is named first.
        List<String> unmatched = command.getUnmatchedArguments();
        String message = unmatched.isEmpty()
                ? UserWords.of(problem.getMessage().lines().findFirst().orElse("wrong usage"))
                : unknown(command, unmatched);
        command.getErr()
                .println("cresset: " + message + (message.matches(".*[.?]") ? "" : ".") + " Try '"
                        + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private static String unknown(CommandLine command, List<String> unmatched) {
        // What follows an unknown option may be its value.
        String first = unmatched.stream()
                .filter(argument -> argument.startsWith("-"))
                .findFirst()
                .orElse(unmatched.getFirst());
        String kind =
                first.startsWith("-") ? "option" : command.getSubcommands().isEmpty() ? "argument" : "command";
        List<String> similar = new UnmatchedArgumentException(command, List.of(first)).getSuggestions();
        return "Unknown " + kind + ": '" + first + "'"
                + (similar.isEmpty() ? "" : ". Did you mean " + String.join(" or ", similar) + "?");
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        if (problem instanceof ParameterException usage) {
            return wrongUsage(usage, new String[0]);
        }
        command.getErr().println("cresset: " + message(problem));
        if (CressetCommand.of(command.getCommandSpec()).showsStacktraces()) {
            StackTraces.print(problem, command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String message(Exception problem) {
        return switch (problem) {
            case NoSuchFileException e -> e.getFile() + ": no such file or folder. Check the path.";
            case AccessDeniedException e -> e.getFile() + ": no permission. Choose another file or change its rights.";
            case FileSystemException e -> oneLine(e);
            case FileNotFoundException e -> oneLine(e);
            case IOException e -> oneLine(e);
            case DeviceUnavailableException e -> oneLine(e);
            case DeviceMemoryException e -> oneLine(e);
            case DeviceFailedException e -> oneLine(e);
            case NonFiniteLossException e -> oneLine(e);
            case DivergedException e -> oneLine(e);
            case IllegalArgumentException e -> oneLine(e);
            default -> "an error in Cresset itself: " + problem + ". Please report it, with what --stacktrace shows.";
        };
    }

    private static String oneLine(Exception problem) {
        String message = problem.getMessage();
        return message == null ? problem.toString() : UserWords.of(message.replaceAll("\\R\\s*", " "));
    }
}
