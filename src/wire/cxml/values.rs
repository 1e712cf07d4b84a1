//! What attributes and plain texts say.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::model::{
    FieldError,
    ids::{OrderId, SupplierPartId},
    money::{Currency, parse_decimal},
    profile::OperationAllowed,
    quantity::{Quantity, UnitOfMeasure},
    trade::{
        AlternativeType, CompositeType, ConfirmationOperation, ConfirmationType, CopyMode,
        DeletableOperation, DimensionType, DocumentNumber, Enabled, FulfillmentType, IncoTerms,
        IntegrationType, InvoicePurpose, InvoiceStatusType, ItemClass, ItemType, LoadMode, Moment, Operation,
        OrderKind, OrderType, PaymentType, PunchoutLevel, QuoteStatus, QuoteType, ReceiptType, RouteMethod,
        ShipNoticeOperation, ShipmentType, SourcingAction, StatusType, TaxExemption, Token, UploadOperation,
    },
};

use super::content::Value;

impl Value for String {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        Ok(raw.trim().to_owned())
    }

    fn text(&self) -> Cow<'_, str> {
        self.into()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// An indicator: `yes`, or not there.
impl Value for bool {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        Ok(raw.trim().eq_ignore_ascii_case("yes"))
    }

    fn text(&self) -> Cow<'_, str> {
        if *self { "yes".into() } else { "".into() }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }

    fn goes_without_saying(&self) -> bool {
        !*self
    }
}

impl Value for Decimal {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        parse_decimal(raw, "number")
    }

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// Numbers of lines.
impl Value for u32 {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        let expected = "a whole number";
        raw.trim().parse().map_err(|_| FieldError::Malformed { field: "number", expected })
    }

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// Codes of a `Status`.
impl Value for u16 {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        let expected = "a number such as 200";
        raw.trim().parse().map_err(|_| FieldError::Malformed { field: "code", expected })
    }

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Value for Quantity {
    const MATTERS: bool = true;

    fn parse(raw: &str) -> Result<Self, FieldError> {
        Self::parse(raw)
    }

    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// One that is none counts as [`Currency::NONE`]: a price in it is still told.
impl Value for Currency {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        Ok(Self::parse(raw.trim()).unwrap_or(Self::NONE))
    }

    fn text(&self) -> Cow<'_, str> {
        self.as_str().into()
    }

    fn absent() -> Option<Self> {
        Some(Self::NONE)
    }
}

/// Texts with a form of their own.
macro_rules! text_values {
    ($($type:ty, $matters:literal;)+) => {
        $(impl Value for $type {
            const MATTERS: bool = $matters;

            fn parse(raw: &str) -> Result<Self, FieldError> {
                Self::parse(raw.trim())
            }

            fn text(&self) -> Cow<'_, str> {
                self.as_str().into()
            }
        })+
    };
}

text_values! {
    Moment, false;
    Token, false;
    DocumentNumber, false;
    OrderId, false;
    SupplierPartId, true;
    UnitOfMeasure, true;
    AlternativeType, false;
    CompositeType, false;
    ConfirmationType, false;
    CopyMode, false;
    DimensionType, false;
    Enabled, false;
    FulfillmentType, false;
    IncoTerms, false;
    IntegrationType, false;
    InvoiceStatusType, false;
    ItemClass, false;
    ItemType, false;
    LoadMode, false;
    Operation, false;
    PaymentType, false;
    QuoteType, false;
    ReceiptType, false;
    RouteMethod, false;
    ShipmentType, false;
    SourcingAction, false;
    StatusType, false;
    TaxExemption, false;
    UploadOperation, false;
}

/// Words that stand for themselves when they are left out.
macro_rules! defaulted_values {
    ($($type:ty),+ $(,)?) => {
        $(impl Value for $type {
            fn parse(raw: &str) -> Result<Self, FieldError> {
                if raw.trim().is_empty() { Ok(Self::default()) } else { Self::parse(raw) }
            }

            fn text(&self) -> Cow<'_, str> {
                self.as_str().into()
            }

            fn absent() -> Option<Self> {
                Some(Self::default())
            }
        })+
    };
}

defaulted_values! {
    ConfirmationOperation, DeletableOperation, InvoicePurpose, OrderKind, OrderType, PunchoutLevel, QuoteStatus, ShipNoticeOperation,
}

impl Value for OperationAllowed {
    fn parse(raw: &str) -> Result<Self, FieldError> {
        match raw.trim() {
            "create" => Ok(Self::Create),
            "inspect" => Ok(Self::Inspect),
            "edit" => Ok(Self::Edit),
            _ => {
                let expected = "create, inspect or edit";
                Err(FieldError::Malformed { field: "operationAllowed", expected })
            }
        }
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Create => "create",
            Self::Inspect => "inspect",
            Self::Edit => "edit",
        }
        .into()
    }
}
