//! `in_subnet(ip, '10.0.0.0/8')`: whether an address is of a network. A list of networks may be
//! given, joined by commas. What is no address is in no network.

use std::net::IpAddr;
use std::sync::Arc;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::{answer, text, texts};

pub fn function() -> ScalarUDF {
    let arguments = vec![DataType::Utf8View, DataType::Utf8View];
    create_udf("in_subnet", arguments, DataType::Boolean, Volatility::Immutable, Arc::new(call))
}

fn call(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (arrays, constant) = texts(arguments)?;
    let [addresses, networks] = arrays.as_slice() else {
        return datafusion::common::exec_err!("in_subnet takes an address and a network");
    };
    let mut known: Option<(&str, Vec<Network>)> = None;
    let mut found = Vec::with_capacity(addresses.len());
    for (address, list) in text(addresses)?.iter().zip(text(networks)?.iter()) {
        let (Some(address), Some(list)) = (address, list) else {
            found.push(None);
            continue;
        };
        // The list is nearly always the same for all rows.
        if known.as_ref().is_none_or(|(text, _)| *text != list) {
            known = Some((list, list.split(',').map(Network::parse).collect::<Result<_>>()?));
        }
        let networks = known.as_ref().map_or(&[][..], |(_, networks)| networks);
        // An IPv4 address in IPv6 clothes is taken for what it is.
        let address = address.parse().map(|ip: IpAddr| ip.to_canonical());
        found.push(Some(address.is_ok_and(|ip| networks.iter().any(|net| net.holds(ip)))));
    }
    answer(Arc::new(BooleanArray::from(found)), constant)
}

struct Network {
    first: IpAddr,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = || plan_datafusion_err!("`{text}` is not a network such as 10.0.0.0/8");
        let (first, bits) =
            text.split_once('/').map_or((text, None), |(ip, bits)| (ip, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| wrong())?;
        let width = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong())?,
            None => width,
        };
        if bits > width { Err(wrong()) } else { Ok(Self { first, bits }) }
    }

    fn holds(&self, ip: IpAddr) -> bool {
        match (self.first, ip) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                (first.to_bits() ^ ip.to_bits()) & mask == 0
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                (first.to_bits() ^ ip.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}
