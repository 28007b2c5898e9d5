package microservices.system.check;

import static microservices.system.check.VerdictAssert.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import microservices.system.check.Violation.Kind;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.MadeUpHistory.Listing;
import microservices.system.history.MadeUpHistory.Post;
import microservices.system.history.RandomHistory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clean random histories pass; one change anywhere in one of them is found. */
class CheckerRandomTest {

    private static final int SEEDS = 25;

    /** One change that breaks a promise, and what the checker has to call it. */
    private enum Damage {
        NONE(null) {
            @Override
            String apply(Choice choice) {
                return null;
            }
        },
        DROP_FROM_A_FINAL_LOG(Kind.NOT_LOGGED) {
            @Override
            String apply(Choice choice) {
                Listing log = choice.listing(listing -> listing.round > 0 && listing.isLog());
                return choice.take(log, text -> choice.isAcknowledgedBefore(text, log.sent));
            }
        },
        DROP_FROM_A_HELD_LIST(Kind.NOT_DELIVERED) {
            @Override
            String apply(Choice choice) {
                Listing held = choice.listing(listing -> listing.round > 0 && !listing.isLog());
                return choice.take(held, text -> choice.isAcknowledgedBefore(text, held.sent - 1));
            }
        },
        MAKE_VANISH(Kind.VANISHED) {
            @Override
            String apply(Choice choice) {
                Listing last = choice.last();
                return choice.take(
                        last, text -> !choice.isAcknowledgedBefore(text, last.sent) && choice.isReadBefore(text, last));
            }
        },
        REPEAT(Kind.DOUBLED) {
            @Override
            String apply(Choice choice) {
                Listing listing = choice.listing(any -> !any.texts.isEmpty());
                String text = choice.of(listing.texts);
                listing.texts.add(choice.random.nextInt(listing.texts.size() + 1), text);
                return text;
            }
        },
        HOLD_TWICE(Kind.DOUBLED) {
            @Override
            String apply(Choice choice) {
                int round = 1 + choice.random.nextInt(3);
                String text = choice.of(choice.history.listing(MadeUpHistory.MESSAGES_1, round).texts);
                choice.history.listing(MadeUpHistory.MESSAGES_2, round).texts.add(text);
                return text;
            }
        },
        SWAP(Kind.DOUBLED) {
            @Override
            String apply(Choice choice) {
                Listing listing = choice.listing(any -> any.texts.size() > 1);
                listing.texts.remove(listing.texts.size() - 1);
                String text = choice.of(listing.texts);
                listing.texts.add(text);
                return text;
            }
        },
        INVENT(Kind.INVENTED) {
            @Override
            String apply(Choice choice) {
                choice.listing(any -> true).texts.add("nobody's");
                return "nobody's";
            }
        },
        FORESEE(Kind.INVENTED) {
            @Override
            String apply(Choice choice) {
                Listing listing = choice.listing(any -> any.sent < 100);
                String text = choice.post(post -> post.sent > 102).text;
                listing.texts.add(text);
                return text;
            }
        },
        SHOW_WHAT_WAS_REFUSED(Kind.REFUSED_BUT_READ) {
            @Override
            String apply(Choice choice) {
                String text = choice.post(post -> post.status == 409).text;
                choice.listing(any -> true).texts.add(text);
                return text;
            }
        },
        DELAY(Kind.UNANSWERED) {
            @Override
            String apply(Choice choice) {
                return choice.post(post -> post.status == 503).took(10.1).text;
            }
        },
        FAIL(Kind.UNAVAILABLE) {
            @Override
            String apply(Choice choice) {
                return choice.post(post -> post.sent % 60 > 30 && post.status == 201)
                        .status(500)
                        .text;
            }
        },
        CONFUSE(Kind.IDENTITY) {
            @Override
            String apply(Choice choice) {
                List<Post> posts = choice.history.posts.stream()
                        .filter(post -> post.status == 201)
                        .toList();
                int later = 1 + choice.random.nextInt(posts.size() - 1);
                String text = posts.get(later).text;
                posts.get(later).id = "id of " + posts.get(0).text;
                return text;
            }
        };

        private final Kind kind;

        Damage(Kind kind) {
            this.kind = kind;
        }

        /** Returns the text that it is about. */
        abstract String apply(Choice choice);
    }

    /** Where to do the damage. */
    private record Choice(MadeUpHistory history, Random random) {

        private <T> T of(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private Listing listing(Predicate<Listing> wanted) {
            return of(history.listings.stream().filter(wanted).toList());
        }

        private Listing last() {
            return history.listings.stream()
                    .filter(Listing::isLog)
                    .max(Comparator.comparingDouble(listing -> listing.sent))
                    .orElseThrow();
        }

        private Post post(Predicate<Post> wanted) {
            return of(history.posts.stream().filter(wanted).toList());
        }

        private String take(Listing listing, Predicate<String> wanted) {
            String text = of(listing.texts.stream().filter(wanted).toList());
            listing.texts.remove(text);
            return text;
        }

        private boolean isAcknowledgedBefore(String text, double time) {
            return history.posts.stream()
                    .anyMatch(post -> post.text.equals(text) && post.status == 201 && post.answered() <= time);
        }

        private boolean isReadBefore(String text, Listing listing) {
            return history.listings.stream()
                    .anyMatch(other ->
                            other.isLog() && other.sent + other.took <= listing.sent && other.texts.contains(text));
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void findsIt(Damage damage) {
        List<String> missed = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            MadeUpHistory history = new RandomHistory(seed).history;
            String text = damage.apply(new Choice(history, new Random(seed)));
            Verdict verdict = check(history);
            assertEquals(List.of(), verdict.invalid(), "seed " + seed);
            if (damage == Damage.NONE) {
                assertEquals(List.of(), verdict.violations(), "seed " + seed);
                assertTrue(
                        verdict.total().acknowledged() > 200 && verdict.total().unknown() > 0);
            } else if (verdict.violations().stream()
                    .noneMatch(
                            found -> found.kind() == damage.kind && found.text().equals(text))) {
                missed.add("seed " + seed + ", " + text + ": " + verdict.violations());
            }
        }
        assertEquals(List.of(), missed);
    }
}
