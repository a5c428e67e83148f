# An agent of Perl as it comes with the system.
use strict; use HTTP::Tiny; use JSON::PP;
my $host = $ENV{MODEL_HOST} // "127.0.0.1";
my ($port, @messages) = ($ARGV[0], { role => "user", content => "Do the next step." });
while (1) {
  my $answer = HTTP::Tiny->new(timeout => 20)->post("http://$host:$port/v1/chat/completions",
    { headers => { "content-type" => "application/json" }, content => encode_json({ model => "any", messages => \@messages }) });
  die $answer->{reason} unless $answer->{success};
  my $message = decode_json($answer->{content})->{choices}[0]{message};
  last unless $message->{tool_calls};
  my $call = $message->{tool_calls}[0];
  my $command = decode_json($call->{function}{arguments})->{command};
  my $result = `$command 2>&1`;
  push @messages, $message, { role => "tool", tool_call_id => $call->{id}, content => "$result" };
}
